/**
 * Makes a filter for texts that hold this one, whatever its case. Nothing in it counts as a pattern; NUL, which the
 * database takes in no pattern, goes by its number.
 */
export const holding = (text: string): { readonly $regex: string; readonly $options: 'i' } => ({
  $regex: text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\0', '\\x00'),
  $options: 'i',
});
