import type { FormObstacle, LeftFieldDto } from '#libs/contracts';

export interface Report {
  readonly obstacle: FormObstacle | null;
  readonly filled: number;
  readonly left: readonly LeftFieldDto[];
  readonly unreachable: string | null;
  readonly heldBack: number;
  /** Hosts of frames that the form may lie in. */
  readonly frames: readonly string[];
}

const BY_YOURSELF = 'fill it in by yourself at its address';

/** Says in a sentence how far a form was filled in, or why it was not. */
export function messageOf(report: Report): string {
  const { obstacle, filled, left, heldBack } = report;
  const held =
    heldBack > 0
      ? `; ${heldBack} ${heldBack === 1 ? 'request' : 'requests'} of the page ${heldBack === 1 ? 'was' : 'were'} held back, so it may show less than it would to you`
      : '';
  if (obstacle !== null) return `nothing was filled in: ${why(obstacle, report)}${held}`;
  const open = left.filter(({ required }) => required).length;
  const rest = left.length === 0 ? 'nothing is left' : `${left.length} left to you, ${open} of them required`;
  return `${filled} ${filled === 1 ? 'field' : 'fields'} can be filled in as shown, ${rest}; nothing was submitted${held}`;
}

function why(obstacle: FormObstacle, { unreachable, frames }: Report): string {
  switch (obstacle) {
    case 'unreachable':
      return `the page cannot be had: ${unreachable ?? 'it shows nothing'}`;
    case 'login':
      return `the page wants you to log in or to make an account; ${BY_YOURSELF}`;
    case 'captcha':
      return `the page wants proof that a person asks; ${BY_YOURSELF}`;
    case 'foreign-frame':
      return `the form lies in a frame of ${frames.join(', ') || 'another host'}; ${BY_YOURSELF}`;
    case 'no-form':
      return 'the page has no form';
    case 'nothing-recognised':
      return `the page has fields, and none that could be told; ${BY_YOURSELF}`;
    case 'test-mode':
      return 'test mode opens no page of the outside';
  }
}
