/**
 * Letters that people read as a plain Latin one, by that letter: small capitals, Latin letters with a stroke, hook, tail or similar (selected by
 * their Unicode names), and small letters of other alphabets in the form of a capital. Unicode's table of look-alikes lacks them.
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

/**
 * Marks below or through a letter, and the hook of `ɓ`, which people overlook in underlined or small print. Marks above a letter are visible enough.
 */
const BELOW_OR_THROUGH =
  /[\u0314\u0316-\u0319\u031c-\u033c\u0345\u0347-\u0349\u034d\u034e\u0353-\u0356\u0359\u035a\u035c\u035f\u0362\u1dc2\u1dca\u1dcf\u1dd0\u1df9\u1dfd\u1dff\u20d2\u20d3\u20d8-\u20da\u20e5\u20e6\u20e8\u20ea-\u20ef]/gu;
/** First code points of the letters A to Z in circles, squares and flags. */
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

/** Replaces each such letter by the plain one, to compare names. Not for display. Pure. */
export function plainLetters(text: string): string {
  const known = nearLetters();
  const decomposed = text.normalize('NFD').replaceAll(BELOW_OR_THROUGH, '');
  return Array.from(decomposed, (character) => known.get(character) ?? character)
    .join('')
    .normalize('NFC');
}

/** Returns the plain letter as which people read a letter; undefined if it is plain itself or isn't confused with one. */
export function nearLetter(character: string): string | undefined {
  const plain = nearLetters().get(character);
  return plain?.length === 1 ? plain : undefined;
}
