import { describe, expect, it } from 'vitest';
import { FakeClock } from '#test/support/fake-clock.ts';
import { Viewers, VIEWER_PACE } from '../../../../src-main/desktop/links/viewers.ts';

function setUp({ program = true, problem = '' } = {}) {
  const clock = new FakeClock();
  const opened: string[] = [];
  const viewers = new Viewers({
    clock,
    hasProgram: (protocol) => protocol === 'vnc:' && program,
    openLink: async (link) => void opened.push(link),
    openSettings: async (text) => {
      opened.push(text);
      return problem;
    },
  });
  return { clock, opened, viewers };
}

describe('the program for a remote desktop', () => {
  it('is opened by a link for VNC, and by a file of settings for RDP, at this machine only', async () => {
    const { opened, viewers } = setUp();
    await viewers.open('vnc', 5901);
    await viewers.open('rdp', 3390);
    expect(opened[0]).toBe('vnc://127.0.0.1:5901');
    expect(opened[1]?.split('\r\n')).toEqual([
      'full address:s:127.0.0.1:3390',
      'prompt for credentials:i:1',
      'authentication level:i:2',
      '',
    ]);
  });

  it('is said to be missing, with the address', async () => {
    const error = { code: 'shell.no-viewer', details: { protocol: 'VNC', address: '127.0.0.1:5900' } };
    const { opened, viewers } = setUp({ program: false });
    await expect(viewers.open('vnc', 5900)).rejects.toMatchObject(error);
    expect(opened).toEqual([]);
    await expect(setUp({ problem: 'no application' }).viewers.open('rdp', 3389)).rejects.toMatchObject({
      code: 'shell.no-viewer',
    });
  });

  it('is opened a few times within ten seconds', async () => {
    const { clock, viewers } = setUp();
    for (let index = 0; index < VIEWER_PACE.viewers; index += 1) await viewers.open('vnc', 5900);
    await expect(viewers.open('vnc', 5900)).rejects.toMatchObject({ code: 'shell.link-pace' });
    await clock.advance(VIEWER_PACE.period);
    await viewers.open('vnc', 5900);
  });
});
