/**
 * Letters that a person takes for a plain one in a name, by that letter: small capitals, Latin letters with a stroke, hook, tail or the like (by their
 * names in Unicode), and small letters of other alphabets that have the form of a capital. Missing in Unicode's table of what looks the same.
 */
const NEAR = `
2 Ƨƨ
3 ƷʒȝЗзɜ
a Ⱥᴀᶏⱥɐᗅ
b ƀƁƂƃɃɓʙᵬᶀꞖꞗƄƅЬьЪъ
c ƇƈȻȼɕᴄꜾꜿꞒꞓꞔꟄ𝼝
d ĐđƊƋƌȡɖɗᴅᵭᶁᶑꟇꟈ
e ɆɇᴇᶒⱸꬴɘǝƏə
f ƑƒᵮᶂꜰꞘꞙ
g ƓǤǥɠɢʛᶃꞠꞡꬶ
h ĦħɦʜⱧⱨꞕꞪНн
i Ɨɨɪᶖ𝼚
j ɈɉɟʄʝᴊꞲȷ
k ƘƙᴋᶄⱩⱪꝀꝁꝂꝃꝄꝅꞢꞣКк
l ŁłƚȴȽɫɬɭʟᴌᶅⱠⱡⱢꝈꝉꞎꞭꬷꬸꬹ𝼄𝼑𝼓
m ɱᴍᵯᶆⱮꬺМмʍ
n ƝƞȠȵɲɳɴᵰᶇꞐꞑꞤꞥꬻПпπ
o ØøƟᴏⱺꝊꝋꝌꝍ𝼛
p ƤƥᴘᵱᵽᶈⱣꝐꝑꝒꝓꝔꝕ
q ɋʠꝖꝗꝘꝙꞯ
r ɌɍɼɽɾɿʀᵲᵳᶉⱤꞦꞧꭆꭉꭌ𝼖Гг
s ȿʂᵴᶊⱾꜱꞨꞩꟅꟉꟊ𝼞
t ŦŧƫƬƭƮȶȾʈᴛᵵⱦ𝼉Тт
u ᴜᶙꞸꞹꭎꭒ
v ƲʋᴠᶌⱱⱴꝞꝟ
w ᴡⱲⱳωϖ
x ᶍꭖꭗꭘꭙ
y ƳƴɎɏʏỾỿꭚ
z ƵƶȤȥɀʐʑᴢᵶᶎⱫⱬⱿꟆ
`;

/** Marks below or through a letter, and the hook of `ɓ`: invisible when underlined or in small print. Marks above are visible. */
const BELOW_OR_THROUGH =
  /[\u0314\u0316-\u0319\u031c-\u033c\u0345\u0347-\u0349\u034d\u034e\u0353-\u0356\u0359\u035a\u035c\u035f\u0362\u1dc2\u1dca\u1dcf\u1dd0\u1df9\u1dfd\u1dff\u20d2\u20d3\u20d8-\u20da\u20e5\u20e6\u20e8\u20ea-\u20ef]/gu;
/** Letters in circles, squares and flags, each of A to Z in order, from these code points on. */
const FRAMED = [0x1_f130, 0x1_f150, 0x1_f170, 0x1_f1e6] as const;

let near: ReadonlyMap<string, string> | undefined;

function nearLetters(): ReadonlyMap<string, string> {
  near ??= new Map([
    ...NEAR.trim()
      .split('\n')
      .flatMap((line) => Array.from(line.slice(2), (character): [string, string] => [character, line.charAt(0)])),
    ...FRAMED.flatMap((first) =>
      Array.from('abcdefghijklmnopqrstuvwxyz', (letter, index): [string, string] => [
        String.fromCodePoint(first + index),
        letter,
      ]),
    ),
    // As `m` is `rn` in the table of Unicode.
    ['w', 'vv'],
  ]);
  return near;
}

/** The text with each such letter as the plain one, for a comparison of names. Not for display. */
export function plainLetters(text: string): string {
  const known = nearLetters();
  const decomposed = text.normalize('NFD').replaceAll(BELOW_OR_THROUGH, '');
  return Array.from(decomposed, (character) => known.get(character) ?? character)
    .join('')
    .normalize('NFC');
}

/** The plain letter that a letter passes for; undefined where it is plain itself, or passes for none. */
export function nearLetter(character: string): string | undefined {
  const plain = nearLetters().get(character);
  return plain?.length === 1 ? plain : undefined;
}
