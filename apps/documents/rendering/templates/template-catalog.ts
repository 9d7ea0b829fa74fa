import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DOCUMENT_KINDS, DOCUMENT_LANGUAGES } from '#libs/contracts';
import type { DocumentKind, TemplateDto } from '#libs/contracts';
import { BadTemplateError, UnknownTemplateError } from '../../documents/document-errors.js';
import { BUILT_IN_TEMPLATES } from './built-in.js';

const NAME = /^[a-z0-9][a-z0-9_-]{0,63}$/;
const ENDING = '.typ';

/** A template's file, as it is now. */
export interface Template {
  readonly name: string;
  readonly kind: DocumentKind;
  /** Nothing outside of it can be read by the template. */
  readonly root: string;
  readonly file: string;
  readonly source: string;
  /** Of the source, in hex. */
  readonly sha256: string;
  readonly builtIn: boolean;
}

/**
 * Finds templates: `cv/<name>.typ` and `letter/<name>.typ` in the folder that came along and in the person's own.
 * Files are read anew each time, so that a template can be changed while the service runs. One of the person's own
 * stands in place of one that came along with the same name.
 */
export class TemplateCatalog {
  private readonly roots: readonly { readonly root: string; readonly builtIn: boolean }[];

  constructor(ownFolder?: string) {
    const builtIn = { root: fileURLToPath(BUILT_IN_TEMPLATES), builtIn: true };
    this.roots = ownFolder === undefined ? [builtIn] : [{ root: ownFolder, builtIn: false }, builtIn];
  }

  /** Throws UnknownTemplateError, and BadTemplateError where it wants a package, for none is fetched. */
  get(kind: DocumentKind, name: string): Template {
    for (const { root, builtIn } of this.roots) {
      const file = join(root, kind, `${name}${ENDING}`);
      if (!NAME.test(name) || !existsSync(file)) continue;
      const source = readFileSync(file, 'utf8');
      const wanted = /(?:#|\b)(?:import|include)\s*\(?\s*"(@[^"]+)"/.exec(source)?.[1];
      if (wanted !== undefined)
        throw new BadTemplateError(name, [
          `it imports ${wanted}, and packages are not fetched: copy it into the folder`,
        ]);
      const sha256 = createHash('sha256').update(source).digest('hex');
      return { name, kind, root, file, source, sha256, builtIn };
    }
    const known = this.list(kind).map((template) => template.name);
    throw new UnknownTemplateError(kind, name, known);
  }

  list(kind?: DocumentKind): TemplateDto[] {
    const kinds = kind === undefined ? DOCUMENT_KINDS : [kind];
    return kinds.flatMap((one) => {
      const found = new Map<string, TemplateDto>();
      for (const { root, builtIn } of this.roots) {
        for (const name of namesIn(join(root, one))) {
          if (found.has(name)) continue;
          const title = titleOf(join(root, one, `${name}${ENDING}`), name);
          found.set(name, { name, kind: one, title, builtIn, languages: [...DOCUMENT_LANGUAGES] });
        }
      }
      return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  }
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(ENDING))
    .map((file) => basename(file, ENDING))
    .filter((name) => NAME.test(name));
}

/** A template's first line, where it is a comment, says what it is. */
function titleOf(file: string, name: string): string {
  const [first = ''] = readFileSync(file, 'utf8').split('\n', 1);
  return first.startsWith('//') ? first.slice(2).trim() : name;
}
