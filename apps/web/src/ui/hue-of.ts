const hues = 10;

/** The class that gives somebody or something a colour: the same id always has the same one. */
export function hueOf(id: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  return `hue-${(hash >>> 8) % hues}`;
}
