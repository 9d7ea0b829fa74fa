/** Waits for what may go wrong or never come, but no longer than so many milliseconds. Never throws. */
export async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  try {
    await Promise.race([work.catch(() => undefined), over]);
  } finally {
    clearTimeout(timer);
  }
}
