/** What the SDK offers on Node only. */
export { fileStorage } from './file-storage.ts';
