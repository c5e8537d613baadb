import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file as it is sent; kept in memory, so that a request never names a path of the disk. */
export interface StaticFile {
  readonly type: string;
  readonly body: Buffer;
  /** The same compressed, where that is smaller. */
  readonly gzipped?: Buffer;
  /** Identity of the content (RFC 9110 §8.8.3), without quotes. */
  readonly tag: string;
}

/** By address: `/index.html`, `/assets/main-3f2a.js`. */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};
const compressible = /^(text\/|image\/svg)/;

/** Everything below a directory whose kind is known; a built client is less than a megabyte. */
export async function readStaticFiles(directory: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const type = types[path.extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    const address = `/${path.relative(directory, file).replaceAll(path.sep, '/')}`;
    files.set(address, await staticFile(type, await readFile(file)));
  }
  return files;
}

export async function staticFile(type: string, body: Buffer): Promise<StaticFile> {
  const tag = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  if (!compressible.test(type)) return { type, body, tag };
  const gzipped = await promisify(gzip)(body, { level: 9 });
  return gzipped.length < body.length ? { type, body, gzipped, tag } : { type, body, tag };
}
