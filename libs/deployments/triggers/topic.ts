/** Types with these beginnings are told by others: ends of runs by the engine, signed requests by the gateway. */
export const OWN_TYPES = ['run', 'webhook'] as const;

const LONGEST = 200;
const WORD = /^[A-Za-z0-9_-]+$/;

/** Whether a text can be the type of an event: words of letters, digits, `-` and `_` with dots between them. */
export const isEventType = (text: string): boolean =>
  text.length <= LONGEST && text.split('.').every((word) => WORD.test(word));

/** The same, with `*` for one word and `>` at the end for one or more. */
export const isTopic = (text: string): boolean =>
  text.length <= LONGEST &&
  text
    .split('.')
    .every(
      (word, place, all) => WORD.test(word) || word === '*' || (word === '>' && place === all.length - 1),
    );

/** Which of the types that others tell this one would be; undefined where it is free to be said. */
export const ownType = (type: string): (typeof OWN_TYPES)[number] | undefined =>
  OWN_TYPES.find((own) => type === own || type.startsWith(`${own}.`));

/** Whether an event of a type falls under a topic. */
export function fallsUnder(topic: string, type: string): boolean {
  const want = topic.split('.');
  const have = type.split('.');
  for (const [place, word] of want.entries()) {
    if (word === '>') return have.length > place;
    if (place >= have.length || (word !== '*' && word !== have[place])) return false;
  }
  return want.length === have.length;
}
