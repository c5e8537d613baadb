import { buildTools, toolPath } from './go-tools.ts';

const tools = [
  { program: 'kustomize', module: 'sigs.k8s.io/kustomize/kustomize/v5@v5.8.1' },
  { program: 'helm', module: 'helm.sh/helm/v3/cmd/helm@v3.20.2' },
];

/** helm and kustomize, which render what the manifests are compared with. */
export const renderingTools = (): Promise<string | undefined> =>
  buildTools(tools.filter(({ program }) => toolPath(program) === undefined));
