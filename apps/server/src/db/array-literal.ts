/** Arrays as parameters, in PostgreSQL's text notation; far cheaper than quoting any element. */

/** `uuid[]`. The ids must be checked: they are not quoted. */
export const uuidArray = (ids: readonly (string | undefined)[]): string =>
  `{${ids.map((id) => id ?? 'null').join(',')}}`;

/** `bytea[]`, in its hexadecimal form. */
export const byteaArray = (values: readonly (Buffer | undefined)[]): string =>
  `{${values.map((value) => (value === undefined ? 'null' : `"\\\\x${value.toString('hex')}"`)).join(',')}}`;
