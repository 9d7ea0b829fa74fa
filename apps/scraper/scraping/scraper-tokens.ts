/** Injection tokens of what is made before Nest starts. */
export const SOURCE_REGISTRY = Symbol('SOURCE_REGISTRY');
export const HTTP_CLIENT = Symbol('HTTP_CLIENT');
