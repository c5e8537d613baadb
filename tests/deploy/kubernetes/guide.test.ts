import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { nameOf, repositoryDirectory } from './objects.ts';
import { manifestsDirectory, serviceManifests } from './service-manifests.ts';

const guide = readFileSync(
  join(repositoryDirectory, manifestsDirectory, 'DEPLOYMENT_GUIDE.md'),
  'utf8',
);

// What people have in their fingers and in their scripts: each must stay in the guide, and work.
test.each([
  'kubectl create namespace nova-messaging',
  'kubectl config set-context --current --namespace=nova-messaging',
  'vim messaging-service-secret.yaml',
  'openssl rand -base64 32',
  'kubectl apply -f messaging-service-namespace.yaml',
  'kubectl apply -f messaging-service-serviceaccount.yaml',
  'kubectl apply -f messaging-service-configmap.yaml',
  'kubectl apply -f messaging-service-secret.yaml',
  'kubectl apply -f messaging-service-deployment.yaml',
  'kubectl apply -f messaging-service-service.yaml',
  'kubectl apply -f messaging-service-hpa.yaml',
  'kubectl apply -f messaging-service-pdb.yaml',
  'kubectl apply -f . --namespace nova-messaging',
  'kubectl get namespace nova-messaging',
  'kubectl get deployment messaging-service -n nova-messaging',
  'kubectl get pods -n nova-messaging',
  'kubectl get svc -n nova-messaging',
  'kubectl get hpa messaging-service-hpa -n nova-messaging',
  "kubectl get events -n nova-messaging --sort-by='.lastTimestamp'",
  'kubectl rollout status deployment/messaging-service -n nova-messaging',
  'kubectl get rs -n nova-messaging',
  'kubectl logs -n nova-messaging -l component=messaging-service -f --all-containers=true',
  'kubectl logs POD -n nova-messaging -c db-migrate',
  'migrate -path /migrations',
  '-database "postgresql://$DB_USER:$DB_PASSWORD@$DB_HOST:5432/$DB_NAME"',
  'http://messaging-service.nova-messaging:3000',
  'http://messaging-service.nova-messaging.svc.cluster.local:3000',
  'kubectl get svc messaging-service-external -n nova-messaging',
  'kubectl scale deployment messaging-service --replicas=5 -n nova-messaging',
  'kubectl describe hpa messaging-service-hpa -n nova-messaging',
  'kubectl get hpa messaging-service-hpa -n nova-messaging -w',
  'kubectl set image deployment/messaging-service',
  'messaging-service=nova/messaging-service:v1.1.0',
  'kubectl rollout undo deployment/messaging-service -n nova-messaging',
  'kubectl edit configmap messaging-service-config -n nova-messaging',
  'kubectl patch secret messaging-service-secret -n nova-messaging',
  `-p='{"stringData":{"POSTGRES_PASSWORD":"new-password"}}'`,
  'kubectl rollout restart deployment/messaging-service -n nova-messaging',
  'kubectl describe pod POD -n nova-messaging',
  'kubectl logs POD -n nova-messaging --all-containers=true',
  'kubectl get secret messaging-service-secret -n nova-messaging -o yaml',
  'psql -h postgres.nova-db -U postgres -d nova_messaging',
  'kubectl top pods -n nova-messaging',
  'kubectl edit deployment messaging-service -n nova-messaging',
  'kubectl logs POD -n nova-messaging | grep -i websocket',
  'curl -i http://EXTERNAL-IP:3000/health',
  'kubectl port-forward svc/messaging-service 9090:9090 -n nova-messaging',
  'kubectl get configmap messaging-service-config -n nova-messaging -o yaml > backup-configmap.yaml',
  'kubectl get secret messaging-service-secret -n nova-messaging -o yaml > backup-secret.yaml',
  'kubectl apply -f backup-configmap.yaml',
  'kubectl apply -f backup-secret.yaml',
  'nova_messaging > nova_messaging_backup.sql',
  'nova_messaging < nova_messaging_backup.sql',
])('says how: %s', (command) => {
  expect(guide).toContain(command);
});

test.each([
  'Prerequisites',
  'The manifests',
  'Deploying',
  'Health',
  'Resources and capacity',
  'Database migrations',
  'Networking',
  'Scaling',
  'Updates',
  'Troubleshooting',
  'Monitoring',
  'Security',
  'Disaster recovery',
  'Tuning',
  'Production checklist',
  'Next steps',
  'References',
])('has a section on %s', (title) => {
  expect(guide).toContain(`\n## ${title}\n`);
});

test('every file that it links exists, and every section of its own', () => {
  const anchors = [...guide.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
  for (const [, target = ''] of guide.matchAll(/\]\(([^)]+)\)/g)) {
    if (target.startsWith('http')) continue;
    if (target.startsWith('#')) expect(anchors).toContain(target.slice(1));
    else {
      const file = join(repositoryDirectory, manifestsDirectory, target.split('#')[0] ?? '');
      expect(existsSync(file), `${target} from ${dirname(file)}`).toBe(true);
    }
  }
});

test('every object of ours that a command names exists', () => {
  const kinds = {
    deployment: 'Deployment',
    hpa: 'HorizontalPodAutoscaler',
    pdb: 'PodDisruptionBudget',
    svc: 'Service',
    configmap: 'ConfigMap',
    secret: 'Secret',
  };
  const known = serviceManifests.map(nameOf);
  const named = [
    ...guide.matchAll(/\b(deployment|hpa|pdb|svc|configmap|secret)[ /](messaging-[\w-]+)/g),
  ];
  expect(named.length).toBeGreaterThan(20);
  for (const [, kind = '', name = ''] of named) {
    expect(known).toContain(`${kinds[kind as keyof typeof kinds]} ${name}`);
  }
});

test('every box of the checklist has its command', () => {
  const [, checklist = ''] = guide.split('\n## Production checklist\n');
  const boxes = (checklist.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('- [ ]'));
  expect(boxes.length).toBeGreaterThanOrEqual(12);
  const byPeople = /way back was walked|Alerts reach somebody|Logs are collected|cluster itself/;
  for (const box of boxes) if (!byPeople.test(box)) expect(box).toMatch(/`.+`/);
});

test('every command is among those of which the guide says what was run and what was not', () => {
  const [before = '', account = ''] = guide.split('\n### The commands, one by one\n');
  const listed = [...account.matchAll(/`([^`]+)`/g)].map(([, command = '']) => command);
  const blocks = [...before.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, text = '']) => text);
  const [, checklist = ''] = before.split('\n## Production checklist\n');
  const inline = [...checklist.matchAll(/`((?:kubectl|curl) [^`]+)`/g)].map(
    ([, text = '']) => text,
  );
  const commands = [...blocks.join('\n').replaceAll('\\\n', ' ').split('\n'), ...inline].filter(
    (line) => /^[a-z]+ /.test(line),
  );
  expect(commands.length).toBeGreaterThan(60);
  const unlisted = commands.filter((command) => !listed.some((one) => command.startsWith(one)));
  expect(unlisted).toEqual([]);
});
