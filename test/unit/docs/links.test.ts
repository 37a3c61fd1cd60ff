import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const DOCUMENTS = ['', 'docs/', 'docs/adr/', '.github/'].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => folder + name),
);

function read(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** What is written in a document, without what it quotes. */
function prose(path: string): string {
  return read(path)
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, '`');
}

/** Of each link to a file of the project or to a place in one: where it leads, and where there. */
function links(path: string): readonly Readonly<{ link: string; target: URL; anchor: string | undefined }>[] {
  return [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = '', anchor] = link.split('#');
      return { link, target: new URL(file === '' ? path : file, file === '' ? ROOT : new URL(path, ROOT)), anchor };
    });
}

/** The places a page of GitHub can be entered at: its headings, in lower case, without signs, spaces as dashes; the second of a name with `-1`. */
function anchors(target: URL): ReadonlySet<string> {
  const found = new Map<string, number>();
  const names = [...readFileSync(target, 'utf8').matchAll(/^#{1,6} +(.+?) *$/gm)].map(([, heading = '']) => {
    const name = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const before = found.get(name) ?? 0;
    found.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
  return new Set(names);
}

describe('the documents', () => {
  it.each(DOCUMENTS)('%s has no link that leads nowhere', (document) => {
    const broken = links(document)
      .filter(({ target, anchor }) => !existsSync(target) || (anchor !== undefined && !anchors(target).has(anchor)))
      .map(({ link }) => link);
    expect(broken).toEqual([]);
  });

  it('are all reached from README.md, or stand in a folder that is', () => {
    const named = links('README.md').map(({ target }) => target.href);
    const lost = DOCUMENTS.filter((document) => document.startsWith('docs/'))
      .map((document) => new URL(document, ROOT).href)
      .filter((href) => !named.some((reached) => href === reached || href.startsWith(`${reached}/`)));
    expect(lost).toEqual([]);
  });

  it('speak of files that exist where they name one of the sources', () => {
    const missing = DOCUMENTS.filter((document) => !document.startsWith('docs/adr/')).flatMap((document) =>
      [...read(document).matchAll(/`((?:src-[a-z]+|test|scripts|docs)\/[\w./-]*[\w-])`/g)]
        .map(([, path = '']) => path)
        .filter((path) => !existsSync(new URL(path, ROOT)))
        .map((path) => `${document}: ${path}`),
    );
    expect(missing).toEqual([]);
  });
});
