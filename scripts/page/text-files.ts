/** Text files of the page for programs and for people without a screen: documents as Markdown, `llms.txt` and `robots.txt`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Documents that whoever uses ClawReach reads, in the order of `llms.txt`. */
const SECTIONS = [
  {
    title: 'Use',
    documents: [
      ['COMMANDS', 'every command of the command line, with examples'],
      ['FORWARDS', 'ports, folders and SSH servers of other machines'],
      ['OPENCLAW', 'OpenClaw gateways of other machines, nodes and prompts'],
      ['ACCOUNTS', 'accounts, projects, people and invitations of a relay'],
      ['NAT', 'how machines behind routers meet'],
      ['GLOSSARY', 'the terms of screens and documents'],
    ],
  },
  {
    title: 'Host',
    documents: [
      ['RELAY', 'a relay of your own: options, certificate, backup'],
      ['HOSTING', 'recipes for Docker, compose and platforms'],
      ['PUBLIC-RELAY', 'a relay that strangers may use'],
    ],
  },
  {
    title: 'Trust',
    documents: [['SECURITY', 'who may attack ClawReach, what they cannot do, and what is not protected against']],
  },
  {
    title: 'Optional',
    documents: [
      ['PROTOCOL', 'the wire protocol of agents, relay and application'],
      ['LIMITS', 'every limit, with its reason'],
    ],
  },
] as const;

const SUMMARY =
  'ClawReach reaches your machines: pair computers with one short code, then open end-to-end encrypted terminals, forwards and OpenClaw through a relay ' +
  'that can neither read nor forge them.';

/** @param root folder of the project @returns files by path; documents that are not there are left out */
export function textFiles(root: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const lines = ['# ClawReach', '', `> ${SUMMARY}`, ''];
  const full = ['# ClawReach', '', `> ${SUMMARY}`, ''];
  for (const { title, documents } of SECTIONS) {
    const present = documents.filter(([name]) => existsSync(join(root, 'docs', `${name}.md`)));
    if (present.length === 0) continue;
    lines.push(`## ${title}`, '');
    for (const [name, meaning] of present) {
      const text = readFileSync(join(root, 'docs', `${name}.md`), 'utf8');
      files.set(`/docs/${name}.md`, Buffer.from(text));
      lines.push(`- [${headingOf(text)}](/docs/${name}.md): ${meaning}`);
      if (title !== 'Optional') full.push(text.trim(), '');
    }
    lines.push('');
  }
  files.set('/llms.txt', Buffer.from(`${lines.join('\n').trim()}\n`));
  files.set('/llms-full.txt', Buffer.from(`${full.join('\n').trim()}\n`));
  // Links of shares and invitations are for those who have them; their secrets are in the fragment, which no crawler sends.
  files.set(
    '/robots.txt',
    Buffer.from('User-agent: *\nAllow: /$\nAllow: /docs\nAllow: /llms.txt\nAllow: /llms-full.txt\nDisallow: /\n'),
  );
  return files;
}

function headingOf(text: string): string {
  return /^# (.+)$/m.exec(text)?.[1] ?? '';
}
