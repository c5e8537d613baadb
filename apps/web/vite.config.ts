import { defineConfig } from 'vite';

/** Where `vite` finds the service while somebody works on the client: `npm run dev -w @nova/web`. */
const service = 'http://localhost:3000';

export default defineConfig({
  root: import.meta.dirname,
  // The workspace packages offer their sources: nothing of them has to be built first.
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    // The first that know light-dark(): a call is dark in a light page, too.
    target: ['chrome123', 'firefox128', 'safari17.5'],
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
