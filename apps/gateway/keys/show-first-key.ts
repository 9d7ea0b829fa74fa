/** Tells the person at the terminal of an administrator's key, which is kept nowhere; never by way of the log. */
export function showFirstKey(key: string): void {
  process.stdout.write(
    [
      '',
      'This is the first start, so here is a key for the administrator. It is shown this once:',
      '',
      `  ${key}`,
      '',
      'Keep it safe. On another machine: jobhunter login --url <address> --key -',
      '',
      '',
    ].join('\n'),
  );
}
