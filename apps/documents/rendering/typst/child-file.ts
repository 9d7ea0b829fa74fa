/** What the process that sets pages runs, beside this file in the sources and in what is built of them. */
export const CHILD_FILE: URL = new URL('./typesetting.mjs', import.meta.url);
