/** The folder of the templates that come along, beside this file in the sources and in what is built of them. */
export const BUILT_IN_TEMPLATES: URL = new URL('./', import.meta.url);
