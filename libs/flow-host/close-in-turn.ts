export interface Closable {
  close(): Promise<void>;
}

/** Closes what was opened, the last first; all of it, whatever one of them throws. Throws AggregateError then. */
export async function closeInTurn(opened: Closable[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of opened.splice(0).reverse())
    await part.close().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} parts did not close`);
}
