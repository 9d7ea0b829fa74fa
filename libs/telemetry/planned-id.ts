/** The API hands no id to the generator, so the id lies here for the one synchronous call that makes the span. */
let planned: string | undefined;

export function withPlannedId<T>(spanId: string, make: () => T): T {
  planned = spanId;
  try {
    return make();
  } finally {
    planned = undefined;
  }
}

export function takePlannedId(): string | undefined {
  const id = planned;
  planned = undefined;
  return id;
}
