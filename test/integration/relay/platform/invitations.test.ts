import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PLATFORM_LIMITS } from '#shared/platform/index.ts';
import { outcome, TestPlatform, type Person } from '#test/support/platform/test-platform.ts';

let platform: TestPlatform;
let open: TestPlatform;
beforeAll(async () => {
  platform = await TestPlatform.start();
  open = await TestPlatform.start({
    accounts: { signUp: 'open', mail: { url: 'smtp://127.0.0.1:9', from: 'relay@relay.test' } },
  });
});
afterAll(async () => {
  await platform.stop();
  await open.stop();
});

async function create(at = platform): Promise<{ owner: Person; project: string }> {
  const owner = at.person('Ada');
  return { owner, project: (await owner.client.call('projects.create', { input: { name: 'Home' } })).id };
}

function invite(owner: Person, project: string, email: string) {
  return owner.client.call('invitations.create', { params: { project }, input: { email } });
}

/** Token in the link of an invitation that no mail carries. */
async function tokenOf(owner: Person, project: string, email: string): Promise<string> {
  const invited = await invite(owner, project, email);
  if (invited.status !== 'invited') throw new Error('added at once');
  return /#invite=(.+)$/.exec(invited.link ?? '')?.[1] ?? '';
}

describe('an invitation', () => {
  it('adds an account that proved its address at once, with the documented answer', async () => {
    const { owner, project } = await create();
    const ben = platform.person('Ben');
    expect(await invite(owner, project, ben.email.toUpperCase())).toEqual({
      status: 'added',
      message: 'Member added to project',
    });
    expect((await ben.client.call('projects.list')).projects).toMatchObject([{ id: project, role: 'member' }]);
    expect(await outcome(invite(owner, project, ben.email))).toBe('project.already-member');
    expect(await outcome(invite(owner, project, owner.email))).toBe('project.already-member');
  });

  it('gives nothing to an account with the same address that it has not proved', async () => {
    const { owner, project } = await create();
    const eve = platform.person('Eve', { verified: false });
    expect(await invite(owner, project, eve.email)).toMatchObject({ status: 'invited', message: 'Invitation sent' });
    expect(await eve.client.call('invitations.mine')).toEqual({ invitations: [] });
    expect(await eve.client.call('projects.list')).toEqual({ projects: [] });
    const { invitations } = await owner.client.call('invitations.list', { params: { project } });
    const id = invitations[0]?.id ?? '';
    for (const route of ['invitations.accept', 'invitations.decline'] as const) {
      expect(await outcome(eve.client.call(route, { params: { invitation: id } }))).toBe('platform.not-found');
    }
  });

  it('waits for a click where everyone may sign up, whether the address has an account or not', async () => {
    const { owner, project } = await create(open);
    const ben = open.person('Ben');
    const [known, unknown] = [await invite(owner, project, ben.email), await invite(owner, project, 'no@example.org')];
    expect([known.status, unknown.status]).toEqual(['invited', 'invited']);
    expect(Object.keys(known)).toEqual(Object.keys(unknown));
    expect((await ben.client.call('projects.list')).projects).toEqual([]);
    const { invitations } = await ben.client.call('invitations.mine');
    expect(invitations).toMatchObject([{ projectName: 'Home', invitedBy: 'Ada', email: ben.email }]);
    const params = { invitation: invitations[0]?.id ?? '' };
    expect(await ben.client.call('invitations.accept', { params })).toMatchObject({ id: project, role: 'member' });
    expect(await outcome(ben.client.call('invitations.accept', { params }))).toBe('project.invitation-over');
    expect(await ben.client.call('invitations.mine')).toEqual({ invitations: [] });
  });

  it('is declined by its person and cancelled by the owner, and then over', async () => {
    const { owner, project } = await create(open);
    const [ben, cleo] = [open.person('Ben'), open.person('Cleo')];
    await invite(owner, project, ben.email);
    await invite(owner, project, cleo.email);
    const [first] = (await ben.client.call('invitations.mine')).invitations;
    const [second] = (await cleo.client.call('invitations.mine')).invitations;
    await ben.client.call('invitations.decline', { params: { invitation: first?.id ?? '' } });
    const cancel = { params: { project, invitation: second?.id ?? '' } };
    await owner.client.call('invitations.cancel', cancel);
    const calls = [
      ben.client.call('invitations.accept', { params: { invitation: first?.id ?? '' } }),
      cleo.client.call('invitations.accept', { params: { invitation: second?.id ?? '' } }),
      cleo.client.call('invitations.decline', { params: { invitation: second?.id ?? '' } }),
      owner.client.call('invitations.cancel', cancel),
    ];
    const outcomes = await Promise.all(calls.map((call) => outcome(call)));
    expect(new Set(outcomes)).toEqual(new Set(['project.invitation-over']));
    expect(await owner.client.call('invitations.list', { params: { project } })).toEqual({ invitations: [] });
    // Neither stands against another one.
    expect((await invite(owner, project, ben.email)).status).toBe('invited');
  });

  it('is one at a time for an address', async () => {
    const { owner, project } = await create();
    await invite(owner, project, 'new@example.org');
    expect(await outcome(invite(owner, project, 'NEW@Example.ORG'))).toBe('project.already-invited');
    const other = await create();
    expect(await outcome(invite(other.owner, other.project, 'new@example.org'))).toBe('ok');
  });

  it('is seen by members, and made and cancelled by the owner alone', async () => {
    const { owner, project } = await create();
    const ben = platform.person('Ben');
    await invite(owner, project, ben.email);
    await invite(owner, project, 'new@example.org');
    const { invitations } = await ben.client.call('invitations.list', { params: { project } });
    expect(invitations).toMatchObject([{ email: 'new@example.org', status: 'pending', invitedBy: owner.id }]);
    expect(await outcome(invite(ben, project, 'more@example.org'))).toBe('platform.forbidden');
    const params = { project, invitation: invitations[0]?.id ?? '' };
    expect(await outcome(ben.client.call('invitations.cancel', { params }))).toBe('platform.forbidden');
    const other = await create();
    const elsewhere = { ...params, project: other.project };
    expect(await outcome(other.owner.client.call('invitations.cancel', { params: elsewhere }))).toBe(
      'platform.not-found',
    );
  });

  it('ends after fourteen days', async () => {
    const { owner, project } = await create(open);
    const ben = open.person('Ben');
    await invite(owner, project, ben.email);
    const [mine] = (await ben.client.call('invitations.mine')).invitations;
    expect((mine?.expiresAt ?? 0) - (mine?.createdAt ?? 0)).toBe(14 * 24 * 3_600_000);
    open.run('update invitations set expires_at = 1');
    expect(await ben.client.call('invitations.mine')).toEqual({ invitations: [] });
    expect(await owner.client.call('invitations.list', { params: { project } })).toEqual({ invitations: [] });
    const params = { invitation: mine?.id ?? '' };
    expect(await outcome(ben.client.call('invitations.accept', { params }))).toBe('project.invitation-over');
    expect((await invite(owner, project, ben.email)).status).toBe('invited');
  });

  it('is over for the holder of its link as well', async () => {
    const { owner, project } = await create();
    const token = await tokenOf(owner, project, 'cleo@elsewhere.example');
    platform.run('update one_time set expires_at = 1');
    const redeem = platform.person('Cleo').client.call('invitations.redeem', { input: { token } });
    expect(await outcome(redeem)).toBe('account.link');
  });

  it('is one of at most fifty that are pending in a project', async () => {
    const { owner, project } = await create();
    for (let count = 0; count < PLATFORM_LIMITS.pendingInvitations; count += 1) {
      await invite(owner, project, `p${count}@example.org`);
    }
    expect(await outcome(invite(owner, project, 'more@example.org'))).toBe('platform.limit');
    expect(await outcome(invite(owner, project, 'p1@example.org'))).toBe('project.already-invited');
  });
});

describe('the link of an invitation', () => {
  it('shows the invitation to anyone without being used, and lets one account in, whatever its address', async () => {
    const { owner, project } = await create();
    const token = await tokenOf(owner, project, 'new@example.org');
    const ben = platform.person('Ben');
    const anyone = platform.client();
    for (let count = 0; count < 2; count += 1) {
      expect(await anyone.call('invitations.lookUp', { input: { token } })).toMatchObject({
        projectName: 'Home',
        invitedBy: 'Ada',
        email: 'new@example.org',
      });
    }
    expect(await outcome(anyone.call('invitations.redeem', { input: { token } }))).toBe('platform.signed-out');
    expect(await ben.client.call('invitations.redeem', { input: { token } })).toMatchObject({ id: project });
    const cleo = platform.person('Cleo');
    expect(await outcome(cleo.client.call('invitations.redeem', { input: { token } }))).toBe('account.link');
    expect(await outcome(anyone.call('invitations.lookUp', { input: { token } }))).toBe('account.link');
  });

  it('is kept by someone who is in the project already', async () => {
    const { owner, project } = await create();
    const token = await tokenOf(owner, project, 'new@example.org');
    expect(await outcome(owner.client.call('invitations.redeem', { input: { token } }))).toBe('project.already-member');
    const ben = platform.person('Ben');
    expect(await outcome(ben.client.call('invitations.redeem', { input: { token } }))).toBe('ok');
  });

  it('ends with its invitation', async () => {
    const { owner, project } = await create();
    const token = await tokenOf(owner, project, 'new@example.org');
    const [first] = (await owner.client.call('invitations.list', { params: { project } })).invitations;
    await owner.client.call('invitations.cancel', { params: { project, invitation: first?.id ?? '' } });
    const ben = platform.person('Ben');
    expect(await outcome(ben.client.call('invitations.redeem', { input: { token } }))).toBe('account.link');
  });

  it('is not in the database, nor in any list', async () => {
    const { owner, project } = await create();
    const token = await tokenOf(owner, project, 'new@example.org');
    const { invitations } = await owner.client.call('invitations.list', { params: { project } });
    const rows = ['one_time', 'invitations', 'account_audit'].flatMap((table) =>
      platform.rows(`select * from ${table}`),
    );
    const hex = Buffer.from(token, 'base64url').toString('hex');
    const stored = rows.map((row) =>
      Object.values(row)
        .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value)))
        .join(' '),
    );
    for (const text of [...stored, JSON.stringify(invitations)]) {
      expect(text).not.toContain(token);
      expect(text).not.toContain(hex);
    }
  });
});

describe('two who act at the same time', () => {
  it('get one place between them with one link', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { owner, project } = await create();
      const token = await tokenOf(owner, project, 'new@example.org');
      const people = Array.from({ length: 4 }, (_, index) => platform.person(`Guest ${index}`));
      const outcomes = await Promise.all(
        people.map(({ client }) => outcome(client.call('invitations.redeem', { input: { token } }))),
      );
      expect(outcomes.toSorted((left, right) => left.localeCompare(right))).toEqual([
        'account.link',
        'account.link',
        'account.link',
        'ok',
      ]);
      expect((await owner.client.call('people.list', { params: { project } })).people).toHaveLength(2);
    }
  });

  it('cancel and accept one invitation, and one of them wins', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { owner, project } = await create(open);
      const ben = open.person('Ben');
      await invite(owner, project, ben.email);
      const mine = await ben.client.call('invitations.mine');
      const invitation = mine.invitations[0]?.id ?? '';
      const [accepted, cancelled] = await Promise.all([
        outcome(ben.client.call('invitations.accept', { params: { invitation } })),
        outcome(owner.client.call('invitations.cancel', { params: { project, invitation } })),
      ]);
      expect(new Set([accepted, cancelled])).toEqual(new Set(['ok', 'project.invitation-over']));
      const { people } = await owner.client.call('people.list', { params: { project } });
      expect(people).toHaveLength(accepted === 'ok' ? 2 : 1);
    }
  });

  it('never fill a project beyond its limit of people', async () => {
    const { owner, project } = await create();
    const hex = project.replaceAll('-', '');
    for (let count = 1; count < PLATFORM_LIMITS.people - 1; count += 1) {
      const { account } = platform.person('Filler');
      platform.run("insert into project_people values (?, ?, 'member', null, 1)", hex, account);
    }
    const guests = Array.from({ length: 6 }, (_, index) => platform.person(`Guest ${index}`));
    const outcomes = await Promise.all(guests.map(({ email }) => outcome(invite(owner, project, email))));
    expect(outcomes.toSorted()).toEqual(['ok', ...Array.from({ length: 5 }, () => 'platform.limit')]);
  });
});
