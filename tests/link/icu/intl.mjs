// intl.mjs FILE - the lines of FILE, as icu.c reads them, by the ICU of node.
import fs from 'node:fs';

for (const line of fs.readFileSync(process.argv[2], 'utf8').trimEnd().split('\n')) {
    const [what, locale, ...words] = line.split(' ');
    const text = words.join(' ');
    const answer = {
        upper: () => text.toLocaleUpperCase(locale),
        nfd: () => text.normalize('NFD').split('').map((unit) => unit.charCodeAt(0).toString(16).padStart(4, '0')).join(' '),
        words: () => [...new Intl.Segmenter(locale, { granularity: 'word' }).segment(text)]
            .filter((part) => part.isWordLike).map((part) => part.segment).join('|'),
        sort: () => words.sort(new Intl.Collator(locale).compare).join(' '),
        number: () => new Intl.NumberFormat(locale).format(Number(text)),
    }[what]();
    console.log(`${what} ${locale}: ${answer}`);
}
