/** Something that was opened, under the name that people know it by. */
export interface Part {
  readonly name: string;
  close(): Promise<void>;
}

/** Closes parts one after the other; one that fails does not keep the others open. Gives what failed. */
export async function closeAll(parts: readonly Part[]): Promise<{ name: string; error: unknown }[]> {
  const failed: { name: string; error: unknown }[] = [];
  for (const part of parts) {
    try {
      await part.close();
    } catch (error) {
      failed.push({ name: part.name, error });
    }
  }
  return failed;
}
