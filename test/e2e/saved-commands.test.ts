import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Device } from '#test/support/e2e/device.ts';
import { Stage } from '#test/support/e2e/stage.ts';

describe('saved commands', { timeout: 120_000 }, () => {
  let stage: Stage;
  let laptop: Device;
  let office: Device;
  let lab: Device;

  beforeAll(async () => {
    stage = new Stage();
    const relay = await stage.startRelay();
    laptop = stage.device('laptop');
    office = stage.device('office');
    lab = stage.device('lab');
    for (const device of [laptop, office, lab])
      await device.runAgent(relay, { first: true, environment: { WHERE: device.name } });
    await office.pairWith(laptop);
    await lab.pairWith(laptop);
  }, 120_000);
  afterAll(() => stage.close());

  it('are saved, replaced, listed and removed', async () => {
    expect(await laptop.ok('saved')).toContain('You have no saved commands yet.');
    expect(await laptop.ok('saved', 'add', 'greet', 'echo hello')).toContain('Saved "greet".');
    const saved = await laptop.ok('saved', 'add', 'Greet', 'echo "$WHERE" {{word}}');
    expect(saved).toContain('`clawreach run-saved Greet --on MACHINE --set word=VALUE`');
    expect(await laptop.json('saved')).toEqual([{ name: 'Greet', line: 'echo "$WHERE" {{word}}' }]);
    expect((await laptop.run(['saved', 'remove', 'other'])).code).toBe(2);
    await laptop.ok('saved', 'remove', 'greet');
    expect(await laptop.json('saved')).toEqual([]);
  });

  it('run on several machines side by side, with values and a table of exit codes', async () => {
    await laptop.ok('saved', 'add', 'report', 'echo "$WHERE" {{word}}; echo bad >&2; test "$WHERE" = office || exit 3');
    const { code, stdout, stderr } = await laptop.run([
      'run-saved',
      'report',
      '--on',
      'office,lab',
      '--set',
      'word=a b; id',
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('office | office a b; id\n');
    expect(stdout).toContain('lab    | lab a b; id\n');
    expect(stdout).toMatch(/^office +exit 0 /m);
    expect(stdout).toMatch(/^lab +exit 3 /m);
    expect(stderr).toContain('office | bad\n');
    const results = await laptop.json('run-saved', 'report', '--on', 'office', '--set', 'word=x');
    expect(results).toMatchObject([
      { machine: 'office', exitCode: 0, stdout: 'office x\n', stderr: 'bad\n', code: null },
    ]);
  });

  it('begin on all machines before one has ended', async () => {
    const mark = `${stage.directory}/both`;
    // Each waits for the other.
    await laptop.ok(
      'saved',
      'add',
      'meet',
      `touch ${mark}.$WHERE; while ! test -e ${mark}.office -a -e ${mark}.lab; do sleep 0.1; done`,
    );
    expect((await laptop.run(['run-saved', 'meet', '--on', 'office', '--on', 'lab'])).code).toBe(0);
  });

  it('show what would run, and run nothing without all values', async () => {
    const dry = await laptop.ok('run-saved', 'report', '--on', 'office', '--set', "word=it's", '--dry-run');
    expect(dry).toContain(String.raw`office: echo "$WHERE" 'it'\''s'; echo bad`);
    const missing = await laptop.run(['run-saved', 'report', '--on', 'office']);
    expect([missing.code, missing.stdout]).toEqual([2, '']);
    expect(missing.stderr).toContain('word');
    expect((await laptop.run(['run-saved', 'report', '--set', 'word=x'])).stderr).toContain('--on office,lab');
    expect((await laptop.run(['run-saved', 'reprot', '--on', 'office'])).stderr).toContain('report');
  });

  it('tell which machine did not run it', async () => {
    await lab.ok('rights', 'laptop', '--deny', 'terminal');
    const { code, stdout, stderr } = await laptop.run(['run-saved', 'report', '--on', 'office,lab', '--set', 'word=x']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^office +exit 0 /m);
    expect(stdout).toMatch(/^lab +failed: rights\.denied /m);
    expect(stderr).toContain('lab: ');
    await lab.ok('rights', 'laptop', '--allow', 'terminal');
  });

  it('are interrupted on all machines', async () => {
    await laptop.ok('saved', 'add', 'wait', 'echo on; sleep 600');
    const running = laptop.start(['run-saved', 'wait', '--on', 'office,lab']);
    await running.said(/office \| on[\s\S]*lab {4}\| on|lab {4}\| on[\s\S]*office \| on/);
    const { stdout, code } = await running.end('SIGINT');
    expect(stdout).toMatch(/^office +SIGINT /m);
    expect(stdout).toMatch(/^lab +SIGINT /m);
    expect(code).toBe(1);
  });
});
