import { defineConfig } from 'vite';

/** Where `vite` finds the service while somebody works on the client: `npm run dev -w @nova/web`. */
const service = 'http://localhost:3000';

export default defineConfig({
  root: import.meta.dirname,
  // The workspace packages offer their sources: nothing of them has to be built first.
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: ['chrome120', 'firefox121', 'safari17.2'],
    // The policy of the page allows no data: addresses but for pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/api': service,
      '/dev': service,
      '/docs': service,
      '/ws': { target: service, ws: true },
    },
  },
});
