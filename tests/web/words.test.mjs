/* Both languages are complete, every text is used, the rules of texts hold. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('../../nginx/web/', import.meta.url));
const need = createRequire(join(web, 'package.json'));
const { buildSync } = need('esbuild');

/* A module of the application, run here. */
async function load(file) {
	const { outputFiles } = buildSync({ entryPoints: [join(web, file)],
		bundle: true, format: 'esm', write: false, logLevel: 'silent' });
	const code = Buffer.from(outputFiles[0].contents).toString('base64');
	return import(`data:text/javascript;base64,${code}`);
}

const { words: en } = await load('src/words/en.ts');
const { words: ko } = await load('src/words/ko.ts');
const sources = readdirSync(join(web, 'src'), { recursive: true })
	.map(String)
	.filter((name) => /\.tsx?$/.test(name) && !name.startsWith('words/'))
	.map((name) => readFileSync(join(web, 'src', name), 'utf8')).join('\n');

test('both languages have the same keys, in order', () => {
	assert.deepEqual(Object.keys(ko), Object.keys(en));
	assert.deepEqual(Object.keys(en), Object.keys(en).toSorted?.() ??
		[...Object.keys(en)].sort());
});

test('every key is used', () => {
	/* t(`tab.${one}`) names all keys below tab. */
	const stems = [...sources.matchAll(/t\(`([a-z._]+)\$\{/g)]
		.map((found) => found[1]);
	const unused = Object.keys(en).filter((key) =>
		!sources.includes(`'${key}'`) &&
		!stems.some((stem) => key.startsWith(stem)));
	assert.deepEqual(unused, []);
});

test('both languages name the same values', () => {
	const names = (text) => [...new Set([...text.matchAll(/\{(\w+)/g)]
		.map((found) => found[1]))].sort();
	for (const key of Object.keys(en))
		assert.deepEqual(names(ko[key]), names(en[key]), key);
});

test('particles, plurals and numbers', async () => {
	const { endsInConsonant } = await load('src/core/words.ts');
	for (const word of ['사진', 'Design', '보드 1', '밤', 'pin', '‘집’'])
		assert.ok(endsInConsonant(word), word);
	for (const word of ['바다', 'Sea', '보드 2', '노래', '(새)'])
		assert.ok(!endsInConsonant(word), word);
});

test('words whose last letter sounds as a vowel of Korean', async () => {
	const { fill } = await load('src/core/words.ts');
	assert.equal(fill('{a!을:를}', { a: '사진' }), '사진을');
	assert.equal(fill('{a!을:를}', { a: '바다' }), '바다를');
	assert.equal(fill('{a!이:가} {a}', { a: '산' }), '산이 산');
});
