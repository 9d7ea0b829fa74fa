/** What the program's end means to a script. Never renumbered. */
export const ExitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  halted: 3,
  notFound: 4,
  unreachable: 5,
  interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

export const EXIT_CODES_HELP = `Exit codes:
  0    done; a followed run completed
  1    failed; a followed run failed, was cancelled, or ended with success: false
  2    wrong usage: the command, an option or a value
  3    a followed run halted and waits for a person
  4    what was asked for does not exist
  5    the server cannot be reached
  130  interrupted by Ctrl-C`;
