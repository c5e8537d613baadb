/** Sealed bytes that do not open: damaged, of another key, or of a format this version cannot read. */
export class SealBroken extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'SealBroken';
  }
}
