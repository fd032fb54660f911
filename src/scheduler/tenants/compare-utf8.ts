/** Orders texts as storages do, by their UTF-8 bytes: below 0, 0 or above. */
export function compareUtf8(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const one = left.charCodeAt(index);
    const other = right.charCodeAt(index);
    if (one !== other) return byUtf8(one) - byUtf8(other);
  }
  return left.length - right.length;
}

/** UTF-16 puts the halves of pairs before U+E000 to U+FFFF, UTF-8 the pairs after them. */
function byUtf8(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
