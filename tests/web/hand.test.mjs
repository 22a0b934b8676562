/*
 * What a finger does on cards and sheets, pictures that move, the ways from a
 * pin to those beside it, news of newer pins, and documents that bring what
 * they show.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { call, launch, logIn, makePin, png, site, visit } from
	'./browser.mjs';
import { drag, finger, middle } from './hands.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

async function open(t, path, { login = false, ...how } = {}) {
	const page = await visit(browser, how);
	t.after(() => page.context().close());
	if (login)
		page.person = await logIn(page);
	page.calls = [];
	page.on('request', (asked) => {
		const at = new URL(asked.url());
		if (at.pathname.startsWith('/api/'))
			page.calls.push(at.pathname + at.search);
	});
	await page.goto(path, { waitUntil: 'networkidle' });
	return page;
}

/* A GIF of two frames of one colour each: 16x16, codes of three bits, the
 * table cleared before it would grow. */
function gif() {
	const frame = (colour) => {
		const codes = [];
		for (let i = 0; i < 256; i++)
			codes.push(...(i % 2 ? [] : [4]), colour);
		codes.push(5);
		const bytes = [];
		let bits = 0;
		let n = 0;
		for (const code of codes) {
			bits |= code << n;
			for (n += 3; n >= 8; n -= 8) {
				bytes.push(bits & 255);
				bits >>= 8;
			}
		}
		bytes.push(bits & 255);
		const blocks = [];
		for (let i = 0; i < bytes.length; i += 255) {
			const part = bytes.slice(i, i + 255);
			blocks.push(part.length, ...part);
		}
		return [0x21, 0xf9, 4, 0, 10, 0, 0, 0, 0x2c, 0, 0, 0, 0, 16, 0, 16, 0,
			0, 2, ...blocks, 0];
	};
	return Buffer.from([...Buffer.from('GIF89a'), 16, 0, 16, 0, 0x91, 0, 0,
		200, 20, 20, 20, 20, 200, 0, 0, 0, 255, 255, 255,
		0x21, 0xff, 11, ...Buffer.from('NETSCAPE2.0'), 3, 1, 0, 0, 0,
		...frame(0), ...frame(1), 0x3b]);
}

test('a long press opens the menu with Save, and nothing else', async (t) => {
	const page = await open(t, '/explore',
		{ login: true, size: 'phone', touch: true });
	await call(page, 'POST', 'boards/', { title: 'Harbours' });
	await page.reload({ waitUntil: 'networkidle' });
	const at = await middle(page.locator('.card-link').first());
	await finger(page, 'Start', at);
	await page.locator('.menu').waitFor();
	await finger(page, 'End');
	await page.waitForTimeout(200);
	assert.match(page.url(), /explore$/);
	for (const item of await page.locator('.menu [role=menuitem]').all())
		assert.ok((await item.boundingBox()).height >= 44);
	await page.getByRole('menuitem', { name: 'Save to Harbours' }).tap();
	await page.getByText('Saved to Harbours').waitFor();
	/* A short one opens the pin, a moving one scrolls. */
	await finger(page, 'Start', at);
	await finger(page, 'Move', [at[0], at[1] - 120]);
	await page.waitForTimeout(600);
	await finger(page, 'End');
	assert.equal(await page.locator('.menu').count(), 0);
	assert.deepEqual(page.faults, []);
});

test('a sheet goes with a pull, and stays with a small one', async (t) => {
	const page = await open(t, '/explore', { size: 'phone', touch: true });
	await page.locator('.card-link').first().tap();
	await page.locator('.panel .save-main').tap();
	const sheet = page.locator('.dialog');
	await sheet.waitFor();
	const [x] = await middle(sheet);
	const top = (await sheet.boundingBox()).y + 30;
	const pull = async (by) => {
		await drag(page, [x, top], [x, top + by], 30);
		await finger(page, 'End');
	};
	await pull(30);
	await page.waitForTimeout(200);
	assert.ok(await sheet.isVisible());
	await pull(400);
	await sheet.waitFor({ state: 'detached' });
	assert.deepEqual(page.faults, []);
});

test('a picture that moves stands still until it is played', async (t) => {
	const page = await open(t, '/', { login: true });
	const pin = await makePin(page, gif(), 'Blinking',
		{ mimeType: 'image/gif' });
	assert.equal(pin.media.animated, true);
	await page.goto(`/@${page.person.username}/pins`,
		{ waitUntil: 'networkidle' });
	const image = page.locator(`.card[data-pin="${pin.id}"] img`).first();
	/* Once it has faded in or out. */
	const shown = () => image.evaluate(async (one) => {
		await Promise.all(one.getAnimations().map((fade) => fade.finished));
		return getComputedStyle(one).opacity === '1';
	});
	await page.locator('.picture[data-state]').waitFor();
	await page.mouse.move(5, 5);
	assert.equal(await shown(), false);
	const colour = await page.locator('.card canvas').evaluate((canvas) =>
		[...canvas.getContext('2d').getImageData(2, 2, 1, 1).data]);
	assert.ok(colour[0] > 150 && colour[2] < 80, `${colour}`);
	await page.locator('.card-link').hover();
	assert.equal(await shown(), true);
	await page.emulateMedia({ reducedMotion: 'reduce' });
	assert.equal(await shown(), false);
	await page.getByRole('button', { name: 'Play GIF' }).click();
	assert.equal(await shown(), true);
	await page.getByRole('button', { name: 'Stop GIF' }).click();
	assert.equal(await shown(), false);
	/* Alone on its page it moves at once, or not if that is not wanted. */
	await page.goto(`/pin/${pin.id}`, { waitUntil: 'networkidle' });
	await page.locator('.close-up')
		.getByRole('button', { name: 'Play GIF' }).waitFor();
	await page.emulateMedia({ reducedMotion: 'no-preference' });
	await page.reload();
	await page.locator('.close-up')
		.getByRole('button', { name: 'Stop GIF' }).waitFor();
	assert.deepEqual(page.faults, []);
});

test('left and right go along the list that a pin was opened from',
	async (t) => {
		const page = await open(t, '/explore');
		const ids = await page.locator('.card').evaluateAll((all) => all
			.sort((a, b) => a.ariaPosInSet - b.ariaPosInSet)
			.map((card) => card.dataset.pin));
		const at = (n) => page.waitForURL(new RegExp(`/pin/${ids[n]}$`));
		await page.locator('.card-link').nth(1).click();
		await at(1);
		await page.locator('.panel h1').waitFor();
		await page.keyboard.press('ArrowRight');
		await at(2);
		await page.waitForFunction(() =>
			document.activeElement?.matches('.panel h1'));
		await page.getByRole('button', { name: 'Next pin' }).click();
		await at(3);
		await page.keyboard.press('ArrowLeft');
		await page.keyboard.press('ArrowLeft');
		await at(1);
		await page.keyboard.press('ArrowLeft');
		await at(0);
		await page.getByRole('button', { name: 'Previous pin' })
			.waitFor({ state: 'detached' });
		await page.goBack();
		await page.waitForURL(/explore$/);
		assert.deepEqual(page.faults, []);
	});

test('newer pins are told above the wall, and shown when one asks',
	async (t) => {
		const page = await open(t, '/?tab=latest', { login: true });
		const first = await page.locator('.card').first()
			.getAttribute('data-pin');
		const pin = await makePin(page, png(77), 'A newer one');
		const look = () => page.evaluate(() =>
			document.dispatchEvent(new Event('visibilitychange')));
		await look();
		const news = page.getByRole('button', { name: 'New pins' });
		await news.waitFor();
		assert.equal(await page.locator('.card').first()
			.getAttribute('data-pin'), first);
		await news.click();
		await page.locator(`.card[data-pin="${pin.id}"]`).waitFor();
		assert.equal(await news.count(), 0);
		assert.deepEqual(page.faults, []);
	});

test('home again: to the top, then anew', async (t) => {
	const page = await open(t, '/', { login: true });
	await page.goto('/?tab=latest', { waitUntil: 'networkidle' });
	await page.evaluate(() => scrollTo(0, 600));
	await page.getByRole('link', { name: 'Latest' }).click();
	await page.waitForFunction(() => scrollY === 0);
	const pin = await makePin(page, png(78), 'Newest');
	await page.getByRole('link', { name: 'Latest' }).click();
	await page.locator(`.card[data-pin="${pin.id}"]`).waitFor();
	assert.deepEqual(page.faults, []);
});

test('a document brings what it shows: nothing is asked for again',
	async (t) => {
		for (const path of ['/', '/explore', '/@alice', '/@alice/pins',
			'/@alice/followers', '/board/1', '/tag/1', '/pin/1']) {
			const page = await open(t, path);
			/* A short first page does not fill the window. */
			const asked = page.calls.filter((one) =>
				!one.includes('cursor='));
			assert.deepEqual(asked, [], path);
			assert.ok(await page.locator('h1').count() === 1, path);
			assert.deepEqual(page.faults, [], path);
		}
	});

test('what a document brought for nobody is not shown to somebody',
	async (t) => {
		const page = await open(t, '/', { login: true });
		/* The access is over, the login is not. */
		await page.context().clearCookies({ name: '__Host-access' });
		page.calls.length = 0;
		await page.reload({ waitUntil: 'networkidle' });
		assert.ok(page.calls.includes('/api/pins/following_pin'));
		/* What renews the login says whose it is. */
		assert.equal(page.calls[0], '/api/session/refresh');
		assert.ok(!page.calls.includes('/api/session'));
		await page.getByRole('button', { name: 'Account' }).waitFor();
		assert.deepEqual(page.faults, []);
	});

test('no network: told, and told no more', async (t) => {
	const page = await open(t, '/explore');
	await page.context().setOffline(true);
	await page.getByText('You are offline').waitFor();
	await page.context().setOffline(false);
	await page.getByText('You are offline').waitFor({ state: 'detached' });
});

test('Hangul in an English page is marked as Korean, and the other way',
	async (t) => {
		for (const language of ['en', 'ko']) {
			const page = await open(t, '/explore', { language });
			const wrong = await page.locator('.card-title').evaluateAll(
				(all, shown) => all.filter((one) => {
					const wanted = /[가-힣]/.test(one.textContent) ? 'ko' : 'en';
					return one.closest('[lang]').lang !== wanted;
				}).map((one) => one.textContent), language);
			assert.deepEqual(wrong, []);
		}
	});

test('the picker begins with the boards that were used last', async (t) => {
	const page = await open(t, '/explore', { login: true });
	for (let i = 1; i <= 8; i++)
		await call(page, 'POST', 'boards/', { title: `Shelf ${i}` });
	await page.reload({ waitUntil: 'networkidle' });
	await page.locator('.card-link').first().click();
	const pick = async () => {
		await page.locator('.panel .save-which').click();
		await page.locator('.picker li').first().waitFor();
	};
	const rows = () => page.locator('.picker-name').evaluateAll((all) =>
		all.map((one) => one.firstElementChild.textContent));
	await pick();
	for (const title of ['Shelf 2', 'Shelf 5', 'Shelf 3', 'Shelf 7'])
		await page.locator('.picker-row', { hasText: title }).last().click();
	const before = await rows();
	assert.equal(before.length, 8, 'nothing moves while one chooses');
	await page.keyboard.press('Escape');
	await pick();
	assert.deepEqual((await rows()).slice(0, 3),
		['Shelf 7', 'Shelf 3', 'Shelf 5']);
	assert.equal((await rows()).length, 11);
	await page.locator('.dialog .input').fill('shelf 8');
	assert.deepEqual(await rows(), ['Shelf 8']);
	assert.deepEqual(page.faults, []);
});

test('language and look without an account', async (t) => {
	const page = await open(t, '/explore');
	const menu = () => page.getByRole('navigation', { name: /Site|사이트/ })
		.getByRole('button', { name: /More|더/ }).click();
	await menu();
	await page.getByRole('menuitem', { name: 'Dark' }).click();
	const paper = () => page.evaluate(() =>
		getComputedStyle(document.documentElement).backgroundColor);
	assert.equal(await paper(), 'rgb(23, 22, 26)');
	await menu();
	await page.getByRole('menuitem', { name: '한국어로 보기' }).click();
	await page.getByRole('heading', { name: '둘러보기' }).waitFor();
	assert.equal(await page.getAttribute('html', 'lang'), 'ko');
	assert.equal(await paper(), 'rgb(23, 22, 26)');
	await menu();
	await page.getByRole('menuitem', { name: 'API 문서' }).click();
	await page.waitForURL(/redoc/);
	assert.deepEqual(page.faults, []);
});

test('a first view is small: few requests, a short document with its pictures',
	async (t) => {
		for (const path of ['/', '/pin/1', '/@alice/pins']) {
			const page = await visit(browser);
			t.after(() => page.context().close());
			const asked = [];
			page.on('request', (one) => {
				if (one.resourceType() !== 'image')
					asked.push(one.url());
			});
			await page.goto(path, { waitUntil: 'networkidle' });
			assert.ok(asked.length > 3 && asked.length <= 25,
				`${path}: ${asked.length}`);
			const picture = await page.locator('img[srcset]').first()
				.evaluate((one) => one.currentSrc);
			const answer = await fetch(`${site}${path}`, {
				headers: { 'Accept-Encoding': 'gzip' } });
			const text = await answer.text();
			assert.ok(gzipSync(text).length <= 20 * 1024, path);
			assert.equal(answer.headers.get('content-encoding'), 'gzip');
			assert.ok(text.includes(new URL(picture).pathname
				.replace(/\/\d+\.webp$/, '')), `${path}: ${picture}`);
		}
	});
