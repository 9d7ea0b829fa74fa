import { readTemplate, UnreadableExpression, type Reference, type Root } from './expression.js';

/** An expression, and the field that holds it, such as `query.keywords[0]`. */
export interface PlacedReference {
  readonly field: string;
  readonly reference: Reference;
}

export interface References {
  readonly found: readonly PlacedReference[];
  readonly unreadable: readonly { readonly field: string; readonly error: UnreadableExpression }[];
}

/** Finds every expression in a value, whatever lies how deep. Only values hold expressions, names of fields do not. */
export function findReferences(value: unknown, root: Root): References {
  const found: PlacedReference[] = [];
  const unreadable: { field: string; error: UnreadableExpression }[] = [];
  const look = (held: unknown, field: string): void => {
    if (typeof held === 'string') {
      try {
        for (const piece of readTemplate(held, root))
          if (typeof piece !== 'string') found.push({ field, reference: piece });
      } catch (error) {
        if (!(error instanceof UnreadableExpression)) throw error;
        unreadable.push({ field, error });
      }
    } else if (Array.isArray(held)) held.forEach((item, place) => look(item, `${field}[${place}]`));
    else if (typeof held === 'object' && held !== null)
      for (const [name, inner] of Object.entries(held)) look(inner, field === '' ? name : `${field}.${name}`);
  };
  look(value, '');
  return { found, unreadable };
}
