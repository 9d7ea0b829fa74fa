/** A place to write at was not found; what is to be written there stands in the sentence. */
export class NoPlaceError extends Error {
  constructor(readonly wanted: string) {
    super(`there is no place for ${wanted}`);
    this.name = new.target.name;
  }
}

/** Adds `import { names } from 'path';` where it belongs among the imports, by path. */
export function addImport(source: string, names: readonly string[], path: string): string {
  return addStatement(source, 'import', names, path);
}

/** Adds `export { names } from 'path';` where it belongs among those exports, by path. */
export function addExport(source: string, names: readonly string[], path: string): string {
  return addStatement(source, 'export', names, path);
}

function addStatement(
  source: string,
  word: 'import' | 'export',
  names: readonly string[],
  path: string,
): string {
  const statement = `${word} { ${names.join(', ')} } from '${path}';`;
  const all = [...source.matchAll(new RegExp(`^${word} (?:type )?[^;]*? from '(\\.[^']+)';\\n`, 'gm'))];
  const last = all.at(-1) ?? [...source.matchAll(/^import [^;]*?from '[^']+';\n/gm)].at(-1);
  if (!last) throw new NoPlaceError(statement);
  const behind = all.find(([, other = '']) => other > path);
  const at = behind ? behind.index : last.index + last[0].length;
  return `${source.slice(0, at)}${statement}\n${source.slice(at)}`;
}

/** Adds names to `export { … } from 'path';`, each where it belongs by the alphabet. */
export function addToExport(source: string, names: readonly string[], path: string): string {
  const list = new RegExp(`^export \\{([^}]*)\\} from '${path.replaceAll('.', '\\.')}';`, 'm').exec(source);
  if (!list) throw new NoPlaceError(`export { ${names.join(', ')} } from '${path}';`);
  const listed = list[1]!
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean);
  for (const name of names) {
    const behind = listed.findIndex(
      (other) => other.startsWith('type ') || other.toLowerCase() > name.toLowerCase(),
    );
    listed.splice(behind === -1 ? listed.length : behind, 0, name);
  }
  const written = `export {\n${listed.map((name) => `  ${name},\n`).join('')}} from '${path}';`;
  return source.slice(0, list.index) + written + source.slice(list.index + list[0].length);
}

/** Adds an element at the end of an array whose opening bracket ends what `opening` matches. */
export function addToArray(source: string, opening: RegExp, element: string): string {
  const found = opening.exec(source);
  if (!found) throw new NoPlaceError(element);
  const begin = found.index + found[0].length;
  const end = closingBracket(source, begin);
  if (end === undefined) throw new NoPlaceError(element);
  const held = source.slice(begin, end).trimEnd();
  const comma = held === '' || held.endsWith(',') ? '' : ',';
  return `${source.slice(0, begin)}${held}${comma} ${element}${source.slice(end)}`;
}

function closingBracket(source: string, begin: number): number | undefined {
  for (let at = begin, depth = 1; at < source.length; at++) {
    if (source[at] === '[') depth++;
    if (source[at] === ']' && --depth === 0) return at;
  }
  return undefined;
}
