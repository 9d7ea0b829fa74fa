const HEAD = /^# /;
const SUBJECT = /^\*\*.*\*\*$/s;

/**
 * Gives the words of a letter for a form's text field, from salutation to signature, out of its Markdown: sender,
 * recipient, date and subject have fields of their own there, and enclosures are attached.
 */
export function letterTextOf(markdown: string): string {
  const blocks = markdown.trim().split(/\n{2,}/);
  const [first = ''] = blocks;
  const name = HEAD.test(first) ? first.replace(HEAD, '') : '';
  const subject = blocks.findIndex((block) => SUBJECT.test(block));
  const signature = blocks.findLastIndex((block, index) => index > subject && name !== '' && block === name);
  const body = blocks.slice(subject + 1, signature > subject ? signature + 1 : undefined);
  return body.map(plain).join('\n\n');
}

/** Takes the markup out of a block. Source: CommonMark, sections 2.4 and 6.3. */
const plain = (block: string): string =>
  block
    .replace(/ {2}\n/g, '\n')
    .replace(/\[((?:\\.|[^\]\\])*)\]\(<[^>]*>\)/g, '$1')
    .replace(/\\([!-/:-@[-`{-~])/g, '$1');
