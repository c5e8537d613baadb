import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repositoryDirectory } from '../kubernetes/objects.ts';

const read = (name: string): string =>
  readFileSync(join(repositoryDirectory, 'deploy/monitoring', name), 'utf8');

export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RuleFile {
  readonly groups: readonly { readonly name: string; readonly rules: readonly Rule[] }[];
}

export const ruleFile = parse(read('alerts.yaml')) as RuleFile;
export const rules: readonly Rule[] = ruleFile.groups.flatMap((group) => group.rules);
export const prometheusRule = parse(read('prometheus-rule.yaml')) as { readonly spec: RuleFile };

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const dashboard = JSON.parse(read('grafana-dashboard.json')) as {
  readonly panels: readonly Panel[];
};

/** Every query of the dashboard, its variables filled in as Grafana does. */
export const dashboardQueries: readonly (readonly [title: string, expr: string])[] =
  dashboard.panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => {
      const filled = expr.replaceAll('$job', 'messaging-service');
      return [title, filled.replaceAll('$__rate_interval', '1m')] as const;
    }),
  );

export interface Use {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** The metrics that a query names, each with the labels it matches. */
export function usesOf(expr: string): readonly Use[] {
  const selectors = expr.matchAll(/([a-z_:][\w:]*)\s*(?:\{([^}]*)\})/g);
  return [...selectors].map(([, metric = '', matchers = '']) => ({
    metric,
    labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }));
}

/** Names that look like a metric but stand without a selector: every query must say which job. */
export function bareMetrics(expr: string): readonly string[] {
  const rest = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/[a-z_:][\w:]*\s*\{[^}]*\}/g, '')
    .replaceAll(/\b(by|on|without|ignoring)\s*\([^)]*\)/g, '')
    .replaceAll(/[a-z_]\w*\s*\(/g, '(');
  return [...rest.matchAll(/[a-z]\w*_\w+/g)].map(([name]) => name);
}
