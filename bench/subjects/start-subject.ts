import { startNova } from './nova.ts';
import { startPeer } from './peer.ts';
import type { Subject, SubjectName } from './subject.ts';

export function startSubject(name: SubjectName, cpus: string | undefined): Promise<Subject> {
  return name === 'nova' ? startNova({ cpus }) : startPeer(name, cpus);
}
