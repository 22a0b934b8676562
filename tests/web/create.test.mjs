/* Making pins: addresses and pages, tags while typing, what one has already;
 * and one's own picture. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { axe, call, launch, logIn, makePin, png, visit } from './browser.mjs';

const outside = `http://${process.env.PICTURES}`;
let browser, server;

/* A server elsewhere; what it was asked for is in `asked`. */
const asked = [];
const many = Array.from({ length: 30 }, (_, i) => `<img src=/${i + 20}.png>`);
const pages = {
	'/page': `<title>Cups and saucers</title>
		<meta property=og:image content=/7.png><img src=8.png>
		<img src=/none.png><img src=/tiny.png>`,
	'/many': many.join(''),
	'/empty': '<p>nothing',
};

before(async () => {
	browser = await launch();
	server = createServer((ask, answer) => {
		asked.push(ask.url);
		const number = ask.url.match(/^\/(\d+)\.png$/)?.[1];
		const page = pages[ask.url];
		if (page !== undefined)
			answer.setHeader('Content-Type', 'text/html').end(page);
		else if (number || ask.url === '/tiny.png')
			answer.setHeader('Content-Type', 'image/png')
				.end(number ? png(Number(number)) : png(3, 20, 20));
		else
			answer.writeHead(404).end();
	});
	const [host, port] = process.env.PICTURES.split(':');
	await new Promise((go) => { server.listen(Number(port), host, go); });
});
after(async () => {
	await browser.close();
	server.closeAllConnections();
	await new Promise((go) => { server.close(go); });
});

async function open(t, path = '/create', how) {
	const page = await visit(browser, how);
	t.after(() => page.context().close());
	page.person = await logIn(page);
	await page.goto(path, { waitUntil: 'networkidle' });
	return page;
}

async function add(page, url) {
	await page.getByLabel('Address of a picture').fill(url);
	await page.getByRole('button', { name: 'Add', exact: true }).click();
}

/* The browser itself asks nobody but the site. */
function watch(page) {
	page.on('request', (ask) => {
		if (ask.url().startsWith(outside))
			page.faults.push(`asked elsewhere: ${ask.url()}`);
	});
}

test('the address of a picture: it is shown, and published', async (t) => {
	const page = await open(t);
	watch(page);
	await add(page, `${outside}/5.png`);
	const picture = page.locator('.upload img');
	await picture.waitFor();
	assert.match(await picture.getAttribute('src'), /^blob:/);
	assert.ok(await picture.evaluate((one) => one.naturalWidth > 0));
	await page.locator('.upload input').fill('From elsewhere #sea');
	assert.deepEqual(await axe(page), []);
	await page.getByRole('button', { name: 'Publish 1 pin' }).click();
	await page.getByText('Published').waitFor();
	const { results: [pin] } = await call(page, 'GET',
		`pins/?author__username=${page.person.username}`);
	assert.equal(pin.image_url, `${outside}/5.png`);
	assert.deepEqual(page.faults, []);
});

test('what is wrong with an address is said by name', async (t) => {
	const page = await open(t);
	const cases = [['http://10.0.0.1/a.png', /address is not allowed/],
		[`${outside}/none.png`, /answered with an error/],
		['http://no-such-host.invalid/', /host was not found/]];
	for (const [url, words] of cases) {
		await add(page, url);
		const row = page.locator('.upload', { hasText: url });
		await row.getByRole('alert').waitFor();
		assert.match(await row.getByRole('alert').textContent(), words);
		assert.equal(await row.getByRole('button', { name: 'Try again' })
			.count(), 0);
	}
	assert.deepEqual(await axe(page), []);
	assert.deepEqual(page.faults.filter((one) => !/400/.test(one)), []);
});

test('an address that could not be asked about is tried again', async (t) => {
	const page = await open(t);
	await page.route('**/api/pins/preview', (route) => route.abort(), {
		times: 1 });
	await add(page, `${outside}/6.png`);
	await page.getByRole('button', { name: 'Try again' }).click();
	await page.locator('.upload img').waitFor();
	assert.equal(await page.locator('.upload').getAttribute('data-state'),
		'draft');
});

test('a page: its pictures are chosen from; what is none is not there',
	async (t) => {
		const page = await open(t);
		watch(page);
		await add(page, `${outside}/page`);
		const choices = page.locator('.page-images li button');
		await page.getByRole('heading', { name: 'Cups and saucers' }).waitFor();
		await page.waitForFunction(() => ['img', 'button'].every((of) =>
			document.querySelectorAll(`.page-images li ${of}`).length === 2));
		assert.deepEqual(await axe(page), []);
		await choices.nth(0).click();
		await choices.nth(1).click();
		await choices.nth(0).click();
		assert.equal(await choices.nth(1).getAttribute('aria-pressed'), 'true');
		await page.getByRole('button', { name: 'Add 1 picture' }).click();
		await page.locator('.upload img').waitFor();
		assert.equal(await page.locator('.page-images').count(), 0);
		assert.equal(await page.locator('.upload input').inputValue(),
			'Cups and saucers');
		assert.match(await page.locator('.upload').textContent(), /8\.png/);
		assert.deepEqual(page.faults.filter((one) =>
			!/400/.test(one)), []);
	});

test('the pictures of a long page are asked for as they come into sight',
	async (t) => {
		const page = await open(t, '/create', { size: 'phone', touch: true });
		asked.length = 0;
		await add(page, `${outside}/many`);
		await page.locator('.page-images li img').first().waitFor();
		await page.waitForLoadState('networkidle');
		const first = asked.filter((url) => /\d+\.png/.test(url)).length;
		assert.ok(first > 0 && first < 30, `${first} of 30`);
		await page.locator('.page-images li').last().scrollIntoViewIfNeeded();
		await page.locator('.page-images li').last().locator('img').waitFor();
		assert.equal(new Set(asked).size, asked.length, 'asked for twice');
	});

test('a page without pictures says so', async (t) => {
	const page = await open(t);
	await add(page, `${outside}/empty`);
	await page.getByText('There are no pictures on this page.').waitFor();
	await page.getByRole('button', { name: 'Cancel' }).click();
	assert.equal(await page.locator('.page-images').count(), 0);
	assert.equal(await page.locator('.upload').count(), 0);
});

test('what one has already is said before it is published', async (t) => {
	const page = await open(t);
	const board = await call(page, 'POST', 'boards/',
		{ title: 'Cups' });
	await makePin(page, png(9), 'My cup', { board: String(board.id) });
	await makePin(page, png(11), 'No board');
	await add(page, `${outside}/9.png`);
	const notice = page.getByText(
		'You have this picture already: “My cup” on Cups');
	await notice.waitFor();
	await page.locator('input[type=file]').setInputFiles([
		{ name: 'other.png', mimeType: 'image/png', buffer: png(11) },
		{ name: 'new.png', mimeType: 'image/png', buffer: png(12) },
	]);
	await page.getByText('You have this picture already: “No board”').waitFor();
	assert.equal(await page.getByText('You have this').count(), 2);
	assert.deepEqual(await axe(page), []);
	assert.deepEqual(page.faults, []);
});

/* A form with a title to type in, and tags that begin alike. */
async function withTags(t, language) {
	const page = await visit(browser, { language });
	t.after(() => page.context().close());
	page.person = await logIn(page);
	page.stem = `바다${Date.now() % 1e8}`;
	await makePin(page, png(21), `x #${page.stem}가 #${page.stem}나`);
	await makePin(page, png(22), `y #${page.stem}나`);
	await page.goto('/create', { waitUntil: 'networkidle' });
	await page.locator('input[type=file]').setInputFiles([
		{ name: 'new.png', mimeType: 'image/png', buffer: png(13) }]);
	page.field = page.locator('.upload input');
	await page.field.waitFor();
	await page.field.fill('');
	page.options = page.locator('.suggestions li');
	return page;
}

test('tags while typing: the most used first, by keys', async (t) => {
	const page = await withTags(t);
	const { field, options, stem } = page;
	await field.pressSequentially(`sea #${stem}`);
	await options.first().waitFor();
	const names = await options.locator('span').allTextContents();
	assert.deepEqual(names, [`#${stem}나`, `#${stem}가`]);
	assert.equal(await field.getAttribute('aria-expanded'), 'true');
	assert.deepEqual(await axe(page), []);
	const active = () => field.getAttribute('aria-activedescendant')
		.then((id) => page.locator(`[id="${id}"] span`).textContent());
	assert.equal(await active(), names[0]);
	await page.keyboard.press('ArrowDown');
	assert.equal(await active(), names[1]);
	await page.keyboard.press('ArrowDown');
	assert.equal(await active(), names[0]);
	await page.keyboard.press('ArrowUp');
	await page.keyboard.press('Enter');
	assert.equal(await field.inputValue(), `sea #${stem}가 `);
	await options.first().waitFor({ state: 'detached' });
	await page.keyboard.type(`#${stem}`);
	await options.first().waitFor();
	await page.keyboard.press('Tab');
	assert.equal(await field.inputValue(), `sea #${stem}가 #${stem}나 `);
	await page.keyboard.type(`#${stem}`);
	await options.first().waitFor();
	await page.keyboard.press('Escape');
	await options.first().waitFor({ state: 'detached' });
	assert.equal(await field.inputValue(), `sea #${stem}가 #${stem}나 #${stem}`);
	await page.keyboard.press('Backspace');
	await options.first().waitFor();
	await options.nth(1).click();
	assert.match(await field.inputValue(), new RegExp(`#${stem}가 $`));
	assert.deepEqual(page.faults, []);
});

test('a slower answer to an older question never takes its place',
	async (t) => {
		const page = await withTags(t);
		const { field, options, stem } = page;
		await page.route('**/api/tags/?prefix=*', async (route) => {
			const old = decodeURIComponent(route.request().url())
				.endsWith(`=${stem}`);
			if (old)
				await new Promise((go) => { setTimeout(go, 900); });
			await route.continue().catch(() => undefined);
		});
		await field.pressSequentially(`#${stem}`);
		await page.waitForTimeout(250);
		await page.keyboard.type('가');
		await page.waitForFunction(() =>
			document.querySelectorAll('.suggestions li').length === 1);
		await page.waitForTimeout(1200);
		assert.deepEqual(await options.locator('span').allTextContents(),
			[`#${stem}가`]);
	});

test('while a syllable is composed nothing is asked', async (t) => {
	const page = await withTags(t, 'ko');
	const { field, options, stem } = page;
	const questions = [];
	page.on('request', (ask) => {
		if (ask.url().includes('prefix='))
			questions.push(decodeURIComponent(ask.url().split('prefix=')[1]));
	});
	await field.focus();
	const cdp = await page.context().newCDPSession(page);
	const first = page.waitForRequest(/prefix=/);
	await cdp.send('Input.insertText', { text: `#${stem.slice(0, -1)}` });
	await first;
	await page.waitForTimeout(300);
	const before = questions.length;
	const last = stem.at(-1);
	for (const text of ['ㄱ', '가', '각', last])
		await cdp.send('Input.imeSetComposition', { text,
			selectionStart: text.length, selectionEnd: text.length });
	await page.keyboard.press('ArrowDown');
	await page.waitForTimeout(300);
	assert.equal(questions.length, before);
	const asks = page.waitForRequest(/prefix=/);
	await cdp.send('Input.insertText', { text: last });
	await asks;
	assert.deepEqual(questions.slice(before), [stem]);
	assert.deepEqual(page.faults, []);
});

test('the address in Korean', async (t) => {
	const page = await open(t, '/create', { language: 'ko' });
	await page.getByLabel('이미지나 페이지 주소').fill('http://10.0.0.1/');
	await page.getByRole('button', { name: '추가' }).click();
	await page.getByText('허용되지 않는 호스트입니다').waitFor();
});

test('one\'s own picture: chosen, seen, saved', async (t) => {
	const page = await open(t, '/settings');
	const avatar = page.locator('.avatar-field .avatar');
	assert.equal(await avatar.evaluate((one) => one.localName), 'span');
	await page.getByLabel('Choose a picture').setInputFiles({ name: 'me.png',
		mimeType: 'image/png', buffer: png(17) });
	assert.match(await page.locator('.crop-window img').getAttribute('src'),
		/^blob:/);
	assert.deepEqual(await axe(page), []);
	await page.getByRole('button', { name: 'Cancel' }).click();
	assert.equal(await avatar.evaluate((one) => one.localName), 'span');
	await page.getByLabel('Choose a picture').setInputFiles({ name: 'me.png',
		mimeType: 'image/png', buffer: png(17) });
	await page.getByRole('button', { name: 'Use this picture' }).click();
	await page.getByText('Your changes are saved.').waitFor();
	assert.match(await avatar.getAttribute('src'), /\/media\//);
	await page.getByLabel('Choose a picture').setInputFiles({ name: 'me.png',
		mimeType: 'image/png', buffer: Buffer.from('no picture') });
	await page.getByRole('button', { name: 'Use this picture' }).click();
	await page.locator('.avatar-field [role=alert]').waitFor();
	await page.goto(`/@${page.person.username}`, { waitUntil: 'networkidle' });
	assert.match(await page.locator('.profile .avatar').getAttribute('src'),
		/\/media\//);
	assert.deepEqual(page.faults.filter((one) => !/400|blob:/.test(one)), []);
});
