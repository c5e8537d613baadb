/** The driver takes most of a second to read: only a test that talks to a broker reads it. */
export const readDriver = () => import('@platformatic/kafka');
