/** Leaves out what is null: a filter that names a field and no value for it asks the same as one that does not name it. */
export const withoutNulls = <T extends object>(filters: T): { [K in keyof T]: Exclude<T[K], null> } =>
  Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== null)) as {
    [K in keyof T]: Exclude<T[K], null>;
  };
