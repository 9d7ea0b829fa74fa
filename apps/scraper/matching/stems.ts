import { foldText } from '../processing/clean-text.js';

/** Words that say nothing of what is asked. */
const EMPTY = new Set(
  'the and for with you your our are will have has who that this from into not only und der die das den dem des ein eine einer einen eines mit von vom zum zur bei für fur als auch sowie oder sehr gute guten guter gut sie ihr ihre wir uns unser unsere haben hast idealerweise erste ersten mehrere mehrjahrige mehrjahriger erfahrung erfahrungen experience years year kenntnisse kenntnissen knowledge good strong skills skill ability bereitschaft spass freude the able work working arbeiten arbeit senior junior lead all gender'.split(
    ' ',
  ),
);
const STEM = 7;

/** Gives the telling words of a text by their beginnings, which is what German and English words share when inflected. */
export function stemsOf(text: string): ReadonlySet<string> {
  const words = foldText(text).match(/[\p{L}\p{M}\p{N}+#]+/gu) ?? [];
  return new Set(
    words.filter((word) => word.length > 2 && !EMPTY.has(word)).map((word) => word.slice(0, STEM)),
  );
}

/** Tells how many of the wanted stems are there, from 0 to 1; 0 where nothing is wanted. */
export function coverage(wanted: ReadonlySet<string>, there: ReadonlySet<string>): number {
  if (wanted.size === 0) return 0;
  let found = 0;
  for (const stem of wanted) if (there.has(stem)) found += 1;
  return found / wanted.size;
}
