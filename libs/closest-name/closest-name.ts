/** Gives the name that was probably meant: the one that the fewest slips of the finger lead to. */
export function closest(typed: string, names: readonly string[]): string | undefined {
  const word = typed.toLowerCase();
  if (word === '') return undefined;
  const ranked = names
    .map((name) => {
      const known = name.toLowerCase();
      const most = Math.max(1, Math.floor(name.length / 3));
      // So many slips there are at least. What is typed may be as long as a request, so no more is looked at then.
      const least = Math.abs(word.length - known.length);
      const slips = least > most ? least : distance(word, known);
      return { name, slips, most, begins: known.startsWith(word) };
    })
    .filter(({ slips, most, begins }) => begins || slips <= most)
    .sort((a, b) => Number(b.begins) - Number(a.begins) || a.slips - b.slips);
  return ranked[0]?.name;
}

// Damerau–Levenshtein with adjacent swaps (optimal string alignment).
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped && row > 1 && column > 1 ? at(before, column - 2) + 1 : Infinity,
      );
    }
    [before, last] = [last, current];
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
