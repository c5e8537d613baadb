import fs from 'node:fs';

const warnLevel = 40;
const mostComplaints = 30;

/** The last warnings and errors of a log of JSON lines, and whatever is no JSON. */
export function complaintsIn(logFile: string): string[] {
  if (!fs.existsSync(logFile)) return [];
  const lines = fs.readFileSync(logFile, 'utf8').split('\n');
  return lines.filter((line) => isComplaint(line)).slice(-mostComplaints);
}

const mostLastWords = 12;

/** Why a process ended: the complaint it closed its log with, and what it wrote after that. */
export function lastWordsIn(logFile: string): string {
  const lines = fs.readFileSync(logFile, 'utf8').split('\n');
  const spoken = lines.findLastIndex((line) => line.startsWith('{"'));
  const from = isComplaint(lines[spoken] ?? '') ? spoken : spoken + 1;
  const words = lines.slice(from).map((line) => line.trim());
  return words.filter(Boolean).slice(0, mostLastWords).join(' | ');
}

function isComplaint(line: string): boolean {
  if (line === '') return false;
  try {
    const { level } = JSON.parse(line) as { level?: number | string };
    return typeof level === 'number' ? level >= warnLevel : /warn|error|fatal/.test(String(level));
  } catch {
    return true;
  }
}
