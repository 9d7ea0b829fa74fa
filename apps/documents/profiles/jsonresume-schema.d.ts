/** The package brings no types of its own. */
declare module '@jsonresume/schema' {
  const jsonResume: { readonly schema: object };
  export default jsonResume;
}
