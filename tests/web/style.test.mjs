/* Style posts: made of several pictures, looked at by mouse, key and finger,
 * changed and deleted; lists of them; documents that bring their first answers. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, faultsOf, launch, logIn, makePost, open, png, settled, site,
	sizes, visit } from './browser.mjs';
import { drag, finger } from './hands.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function start(t, how) {
	const page = await visit(browser, how);
	t.after(() => page.context().close());
	page.person = await logIn(page);
	page.calls = [];
	page.on('request', (asked) => {
		if (new URL(asked.url()).pathname.startsWith('/api/'))
			page.calls.push(asked.method() + ' ' + asked.url());
	});
	return page;
}

const pictures = (n) => Array.from({ length: n }, (_, i) =>
	png(i + 1, 400, 300 + 40 * i));
const place = (page) => page.locator('.slide-place [aria-hidden]');

test('a post is made: chosen, put in order, counted, published', async (t) => {
	const page = await start(t);
	await open(page, '/style/new');
	const publish = page.getByRole('button', { name: 'Publish' });
	assert.equal(await publish.isDisabled(), true);
	await page.setInputFiles('input[type=file]', [
		...[1, 2, 3].map((seed) => ({ name: `look ${seed}.png`,
			mimeType: 'image/png', buffer: png(seed, 300 + seed, 400) })),
		{ name: 'words.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
	]);
	await page.getByText(/words.txt: /).waitFor();
	const list = page.locator('.style-pictures li');
	await list.nth(2).waitFor();
	/* the last comes first, by keys */
	await page.getByRole('button', { name: 'Move look 3.png',
		exact: true }).focus();
	for (const key of ['Space', 'ArrowLeft', 'ArrowLeft', 'Space'])
		await page.keyboard.press(key);
	await page.getByRole('button', { name: 'Remove look 1.png' }).click();
	assert.deepEqual(await list.locator('img').evaluateAll((all) =>
		all.map((one) => one.alt)), ['look 3.png', 'look 2.png']);
	const words = page.getByLabel('What do you wear?');
	await words.fill('Grey coat #coat\nand #비 boots');
	assert.deepEqual(await page.locator('.create .chip').allTextContents(),
		['#coat', '#비']);
	await page.getByLabel('Frame').selectOption('1:1');
	await publish.click();
	await page.waitForURL(/\/style\/\d+$/);
	await settled(page);
	const id = page.url().split('/').at(-1);
	const post = await call(page, 'GET', `styles/posts/${id}`);
	assert.equal(post.content, 'Grey coat #coat\nand #비 boots');
	assert.equal(post.image_ratio, 1);
	assert.deepEqual(post.media.map((one) => one.width), [303, 302]);
	await page.getByText('and #비 boots').waitFor();
	assert.deepEqual(faultsOf(page), []);
});

test('ten pictures at most, and what is refused is said', async (t) => {
	const page = await start(t);
	await open(page, '/style/new');
	await page.setInputFiles('input[type=file]', Array.from({ length: 11 },
		(_, i) => ({ name: `${i}.png`, mimeType: 'image/png',
			buffer: png(i + 1, 40, 40) })));
	await page.getByText('A post can have 10 pictures.').waitFor();
	assert.equal(await page.locator('.style-pictures li').count(), 10);
	assert.equal(await page.locator('input[type=file]').isDisabled(), true);
	await page.getByLabel('What do you wear?').fill('x');
	page.meant.push(/^400 POST|status of 400/);
	await page.route('**/api/styles/posts/', (route) => route.fulfill({
		status: 400, json: { image: ['this picture is damaged'] } }));
	await page.getByRole('button', { name: 'Publish' }).click();
	await page.getByText('this picture is damaged').waitFor();
	assert.equal(await page.locator('.style-pictures li').count(), 10);
	assert.deepEqual(faultsOf(page), []);
});

test('pictures are turned by buttons and keys', async (t) => {
	const page = await start(t);
	const post = await makePost(page, pictures(3), 'Three looks');
	await open(page, `/style/${post.id}`);
	const at = async (text) => page.waitForFunction((want) =>
		document.querySelector('.slide-place [aria-hidden]').textContent ===
			want, text);
	await at('1 / 3');
	assert.equal(await page.getByRole('button', { name: 'Previous picture' })
		.isVisible(), false);
	await page.getByRole('button', { name: 'Next picture' }).click();
	await at('2 / 3');
	await page.locator('.slides').focus();
	await page.keyboard.press('ArrowRight');
	await at('3 / 3');
	await page.keyboard.press('Home');
	await at('1 / 3');
	assert.deepEqual(faultsOf(page), []);
});

test('pictures are swiped by a finger', async (t) => {
	const page = await start(t, { size: 'phone', touch: true });
	const post = await makePost(page, pictures(2), 'Two looks');
	await open(page, `/style/${post.id}`);
	const box = await page.locator('.slides').boundingBox();
	const y = box.y + box.height * 0.8; /* below the buttons */
	await drag(page, [box.x + box.width * 0.9, y],
		[box.x + box.width * 0.1, y], 16);
	await finger(page, 'End');
	await page.waitForFunction(() => document.querySelector(
		'.slide-place [aria-hidden]').textContent === '2 / 2');
	assert.equal(await place(page).textContent(), '2 / 2');
	assert.deepEqual(faultsOf(page), []);
});

test('lists: newest, of a person, of whom one follows', async (t) => {
	const page = await start(t);
	const other = await visit(browser);
	t.after(() => other.context().close());
	const writer = await logIn(other);
	const post = await makePost(other, pictures(2), 'A walk #walk');
	const card = page.locator(`[data-pin="${post.id}"]`);
	for (const path of ['/style?tab=latest', `/@${writer.username}/style`]) {
		await open(page, path);
		await card.waitFor();
		assert.equal(await card.locator('a').first().getAttribute('href'),
			`/style/${post.id}`);
		assert.match(await card.textContent(), /A walk/);
		assert.match(await card.locator('.card-count').textContent(), /2/);
	}
	await open(page, '/style?tab=following');
	assert.equal(await card.count(), 0);
	await open(page, `/style/${post.id}`);
	await page.getByRole('button', { name: `Follow ${writer.username}` })
		.click();
	await page.getByRole('button', { name: `Unfollow ${writer.username}` })
		.waitFor();
	await page.getByRole('button', { name: 'Like', exact: true }).click();
	await page.locator('.like-count', { hasText: '1' }).waitFor();
	await settled(page);
	assert.equal((await call(page, 'GET', `styles/posts/${post.id}`)).liked,
		true);
	await open(page, '/style?tab=following');
	await card.locator('a').first().click();
	await page.waitForURL(`**/style/${post.id}`);
	assert.deepEqual(faultsOf(page), []);
});

test('its writer changes and deletes it, and nobody else', async (t) => {
	const page = await start(t);
	const post = await makePost(page, pictures(1), 'Before #one');
	await open(page, `/style/${post.id}`);
	const more = page.locator('.panel').getByRole('button', { name: 'More' });
	await more.click();
	await page.getByRole('menuitem', { name: 'Edit' }).click();
	await page.getByLabel('What do you wear?').fill('After #two');
	await page.getByRole('button', { name: 'Save' }).click();
	await page.getByText('After #two').waitFor();
	await page.locator('.panel .chips').getByText('two').waitFor();
	const other = await start(t);
	await open(other, `/style/${post.id}`);
	await other.locator('.panel').getByRole('button', { name: 'More' }).click();
	assert.equal(await other.getByRole('menuitem', { name: 'Edit' }).count(), 0);
	await open(other, `/style/${post.id}/edit`);
	await other.getByText('Only its writer can change this post.').waitFor();
	await more.click();
	await page.getByRole('menuitem', { name: 'Delete' }).click();
	await page.waitForURL(`**/@${page.person.username}/style`);
	await page.getByRole('button', { name: 'Undo' }).click();
	await page.waitForURL(`**/style/${post.id}`);
	await page.getByText('After #two').waitFor();
	await more.click();
	await page.getByRole('menuitem', { name: 'Delete' }).click();
	await page.waitForURL(`**/@${page.person.username}/style`);
	page.meant.push(/404/);
	const answer = await open(page, `/style/${post.id}`);
	assert.equal(answer.status(), 404);
	assert.deepEqual(faultsOf(page), []);
	assert.deepEqual(faultsOf(other), []);
});

test('a first view asks nothing of the API and does not shift', async (t) => {
	const page = await start(t);
	const post = await makePost(page, pictures(2), 'First view #view');
	await page.addInitScript(() => {
		window.shift = 0;
		new PerformanceObserver((seen) => {
			for (const one of seen.getEntries())
				window.shift += one.value;
		}).observe({ type: 'layout-shift', buffered: true });
	});
	for (const path of ['/style', '/style?tab=latest', '/style?tab=following',
		`/style/${post.id}`, `/@${page.person.username}/style`])
		for (const size of Object.values(sizes)) {
			await page.setViewportSize(size);
			page.calls.length = 0;
			await open(page, path);
			/* What is known of oneself stands on no page. */
			assert.deepEqual(page.calls.filter((one) =>
				!/\/api\/(boards\/|notices\/count)/.test(one)), [], path);
			assert.ok(await page.evaluate(() => window.shift) <= 0.02, path);
		}
	const text = await (await fetch(`${site}/style/${post.id}`)).text();
	assert.match(text, /og:title" content="Style of web\d+"/);
	assert.match(text, /og:image" content="http[^"]+\.webp"/);
	assert.match(text, /description" content="First view/);
	assert.deepEqual(faultsOf(page), []);
});
