/** What the thread runs, beside this file in the sources and in what is built of them. */
export const THREAD_FILE: URL = new URL('./typesetting.mjs', import.meta.url);
