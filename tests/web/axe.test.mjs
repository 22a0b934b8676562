/*
 * For everybody: axe on every address, dialog, menu and sheet, in both themes,
 * both languages and at three widths; what axe does not see (one heading,
 * landmarks, titles that differ, visible focus, sizes of targets); and the page
 * at 320 px, at 200 %, with forced colours, still motion and wide text.
 *
 * An address is loaded once for each language: the widths and themes are
 * changed under it, as a window is resized and the evening comes.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { axe, call, faultsOf, launch, list, logIn, makePost, open, plantPins, png,
	settled, sizes, visit } from './browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/* Size, theme and whether it is a phone; the phone is a page of its own, as
 * nothing hovers there. */
const looks = { en: [['desktop', 'light'], ['laptop', 'dark']],
	ko: [['phone', 'dark'], ['phone', 'light']] };

async function start(t, options = {}) {
	const page = await visit(browser, options);
	t.after(() => page.context().close());
	page.person = await logIn(page);
	const [own] = plantPins(page.person.username, ['One of mine #harbour']);
	const board = await call(page, 'POST', 'boards/', { title: 'Harbours' });
	await call(page, 'POST', `boards/${board.id}/add_pin`, { id: own });
	const post = await makePost(page, [1, 2].map((seed) => png(seed)),
		'A grey coat #coat\nand boots');
	const { results: [pin] } = await list('pins/?author__username=alice');
	page.places = ['/', '/?tab=latest', '/explore', `/pin/${pin.id}`,
		`/pin/${own}`, `/pin/${own}/edit`, `/tag/${pin.tag_set[0].id}`,
		`/board/${board.id}`, '/@alice', '/@alice/pins', '/@alice/followers',
		'/@alice/following', '/style', '/style?tab=latest', '/style?tab=following',
		'/style/new', `/style/${post.id}`, `/style/${post.id}/edit`,
		`/@${page.person.username}/style`, `/@${page.person.username}`,
		'/create', '/settings', '/settings/account', '/settings/security',
		'/settings/privacy', '/settings/muted', '/settings/notifications',
		'/notifications', '/trash', '/about/speed',
		'/login', '/signup', '/forgot',
		'/reset-password?uid=1&token=x', '/verify-email?key=x', '/nowhere'];
	page.meant.push(/nowhere|verify-email|session\/refresh/);
	return page;
}

const atSize = async (page, [size, theme]) => {
	await page.setViewportSize(sizes[size]);
	await page.emulateMedia({ colorScheme: theme });
	await page.evaluate(() => new Promise((resolve) =>
		requestAnimationFrame(() => requestAnimationFrame(resolve))));
};

/* What is wrong with a page beyond what axe knows. */
const look = (least) => {
	const faults = [];
	const count = (selector) => document.querySelectorAll(selector).length;
	const shown = (one) => one.checkVisibility({ opacityProperty: true,
		visibilityProperty: true }) && one.getClientRects().length > 0;
	if (count('h1') !== 1)
		faults.push(`${count('h1')} h1`);
	if (count('main') !== 1 || count('nav[aria-label]') < 1)
		faults.push('no landmarks');
	if (document.documentElement.scrollWidth > visualViewport.width)
		faults.push(`${document.documentElement.scrollWidth} px wide`);
	const levels = [...document.querySelectorAll('h1, h2, h3')].map((one) =>
		Number(one.tagName[1]));
	levels.forEach((level, i) => {
		if (i > 0 && level > levels[i - 1] + 1)
			faults.push(`a heading of level ${level} after ${levels[i - 1]}`);
	});
	const top = document.querySelector('dialog[open]') ?? document;
	for (const one of top.querySelectorAll(
		'a[href], button, input, select, [role=menuitem]')) {
		const inText = one.matches('p a, small a, .chip.on');
		if (!shown(one) || inText || one.closest('.hidden, .skip, label') ||
			one.matches('.hidden, .skip'))
			continue;
		/* Who made a pin stands on its page as well, large enough. */
		const needs = one.matches('.card-author') ? 24 : least;
		/* A tick is pressed by its words as well. */
		const { width, height } = (one.type === 'checkbox' &&
			one.labels?.[0] || one).getBoundingClientRect();
		if (width > 0 && (Math.round(width) < needs ||
			Math.round(height) < needs))
			faults.push(`${Math.round(width)}x${Math.round(height)}: ` +
				one.outerHTML.slice(0, 90));
	}
	return faults;
};

/* Looks at what is shown in each look; what is wrong goes to `faults`. */
async function inLooks(page, language, where, faults) {
	const least = language === 'ko' ? 44 : 24;
	for (const one of looks[language]) {
		await atSize(page, one);
		for (const fault of [...await page.evaluate(look, least),
			...await axe(page)])
			faults.push(`${where} ${one}: ${fault}`);
	}
}

for (const language of ['en', 'ko']) {
	const touch = language === 'ko';
	const size = touch ? 'phone' : 'desktop';
	test(`every address, ${language}`, async (t) => {
		const page = await start(t, { language, size, touch });
		const titles = new Map(), faults = [];
		for (const path of page.places) {
			await open(page, path);
			await inLooks(page, language, path, faults);
			const title = await page.title();
			assert.match(title, /Pinwall/);
			titles.set(title, [...titles.get(title) ?? [], path]);
			assert.equal(await page.evaluate(() =>
				document.documentElement.lang), language);
		}
		/* Tabs of one thing may share its title; no others. */
		const same = [...titles.values()].filter((paths) =>
			new Set(paths.map((path) => path.replace(
				/^(\/@\w+).*|\?.*/, '$1'))).size > 1);
		assert.deepEqual(faults, []);
		assert.deepEqual(same, []);
		assert.deepEqual(faultsOf(page), []);
	});
}

const word = {
	en: { account: 'Account', edit: 'Edit board', remove: 'Delete board' },
	ko: { account: '계정', edit: '보드 수정', remove: '보드 삭제' },
};

for (const language of ['en', 'ko']) {
	const touch = language === 'ko';
	const size = touch ? 'phone' : 'desktop';
	test(`every dialog, menu and sheet, ${language}`, async (t) => {
		const page = await start(t, { language, size, touch });
		const words = word[language];
		const faults = [];
		const see = (name) => inLooks(page, language, name, faults);
		const closed = async () => {
			await page.keyboard.press('Escape');
			await page.locator('dialog, [role=menu]').first()
				.waitFor({ state: 'detached' });
		};
		const board = page.places.find((path) => path.startsWith('/board/'));
		await open(page, board);
		await page.getByRole('button', { name: words.account }).click();
		await page.getByRole('menu').waitFor();
		await see('account menu');
		await closed();
		await page.getByRole('button', { name: words.edit }).click();
		await page.locator('dialog').waitFor();
		await see('board');
		await page.getByRole('button', { name: words.remove }).click();
		await page.locator('dialog .dialog-text').waitFor();
		await see('question');
		await closed();
		await page.keyboard.press('?');
		await page.locator('dialog kbd').first().waitFor();
		await see('keys');
		await closed();
		await open(page, page.places[4]);
		await page.locator('.panel [aria-haspopup=menu]').click();
		await page.getByRole('menu').waitFor();
		await see('menu of a pin');
		await closed();
		await page.locator('.panel .save-which').click();
		await page.locator('.picker-row').first().waitFor();
		await page.locator('dialog input').first().fill('New');
		await see('picker');
		await closed();
		await page.locator('.panel .save-main').click();
		await page.locator('.toast').first().waitFor();
		await see('news');
		await open(page, '/create');
		await page.setInputFiles('.drop input', [
			{ name: 'a.png', mimeType: 'image/png', buffer: png(3) },
			{ name: 'b.txt', mimeType: 'text/plain', buffer: png(4) }]);
		await page.locator('.upload').nth(1).waitFor();
		await see('uploads');
		await page.context().clearCookies();
		await open(page, '/@alice');
		await page.locator('.profile .follow').click();
		await page.locator('dialog input').first().waitFor();
		await see('login');
		assert.deepEqual(faults, []);
		assert.deepEqual(faultsOf(page), []);
	});
}

test('what has the focus shows it, on every page', async (t) => {
	const page = await start(t);
	for (const path of ['/explore', page.places[4], '/create', '/settings',
		'/login', '/@alice']) {
		await open(page, path);
		const unseen = [];
		for (let i = 0; i < 25; i++) {
			await page.keyboard.press('Tab');
			const fault = await page.evaluate(() => {
				const at = document.activeElement;
				if (at === document.body)
					return null;
				const ring = [at, at.closest('.drop'), at.parentElement]
					.filter(Boolean).some((one) => {
						const style = getComputedStyle(one);
						return style.outlineStyle !== 'none' &&
							parseFloat(style.outlineWidth) >= 2;
					});
				const box = at.getBoundingClientRect();
				const inside = box.bottom > 0 && box.top < innerHeight;
				return ring && inside ? null : at.outerHTML.slice(0, 100);
			});
			if (fault)
				unseen.push(fault);
		}
		assert.deepEqual(unseen, [], path);
	}
});

test('the keyboard shows of a card what the pointer shows', async (t) => {
	const page = await start(t);
	await open(page, '/explore');
	await page.keyboard.press('j');
	await page.waitForTimeout(250);
	const tools = page.locator('.card').first()
		.locator('.card-tools, .card-more');
	for (const one of await tools.all())
		assert.equal(await one.evaluate((it) =>
			getComputedStyle(it).opacity), '1');
});

/* What stands beyond the right edge. */
const outOfReach = () => {
	const width = document.documentElement.clientWidth;
	const wide = document.documentElement.scrollWidth - width;
	const cut = [...document.querySelectorAll(
		'main a, main button, main input, main select')]
		.filter((one) => one.checkVisibility() && !one.matches('.hidden') &&
			!one.closest('.chips.scroll, .hidden, .skeleton') &&
			one.getBoundingClientRect().right > width + 1);
	return [...wide > 0 ? [`${wide} px too wide`] : [],
		...cut.map((one) => one.outerHTML.slice(0, 90))];
};

test('at 320 px, and at 200 % of a laptop, everything is in reach',
	async (t) => {
		const page = await start(t);
		for (const path of page.places) {
			await open(page, path);
			for (const [width, height] of [[320, 568], [512, 384]]) {
				await page.setViewportSize({ width, height });
				await page.waitForTimeout(60);
				assert.deepEqual(await page.evaluate(outOfReach), [],
					`${path} at ${width}`);
			}
		}
		await page.setViewportSize({ width: 512, height: 384 });
		await open(page, '/@alice/pins');
		await page.keyboard.press('j');
		await page.keyboard.press('b');
		await page.locator('dialog input').first().waitFor();
		await page.evaluate(() => Promise.all(document.getAnimations()
			.map((one) => one.finished)));
		const box = await page.locator('dialog').boundingBox();
		assert.ok(box.y >= 0 && box.y + box.height <= 384);
		await page.locator('dialog').getByRole('button', { name: 'Close' })
			.click();
	});

test('forced colours: controls have an edge or a colour of their own',
	async (t) => {
		const page = await start(t, { forcedColors: 'active' });
		for (const path of ['/explore', page.places[3], '/create', '/settings',
			'/login', `/@${page.person.username}`]) {
			await open(page, path);
			await page.locator('.card').first().hover({ timeout: 500 })
				.catch(() => undefined);
			const faint = await page.evaluate(() => {
				const seen = (one) => {
					const style = getComputedStyle(one);
					return ['Top', 'Left'].some((side) =>
						style[`border${side}Style`] !== 'none' &&
						parseFloat(style[`border${side}Width`]) > 0) ||
						(style.backgroundColor !== 'rgba(0, 0, 0, 0)' &&
							style.backgroundColor !== getComputedStyle(
								document.body).backgroundColor &&
							style.backgroundColor !== getComputedStyle(
								document.documentElement).backgroundColor);
				};
				return [...document.querySelectorAll('main button.button, ' +
					'main a.button, main .save, main input, main select, ' +
					'main .tabs a[aria-current], main button.chip')]
					.filter((one) => one.checkVisibility() &&
						!one.matches('.hidden') && !seen(one))
					.map((one) => one.outerHTML.slice(0, 90));
			});
			assert.deepEqual(faint, [], path);
		}
	});

test('still motion: nothing moves by itself or glides', async (t) => {
	const page = await start(t, { reducedMotion: 'reduce' });
	await page.route('**/api/pins/**', async (route) => {
		await new Promise((resolve) => setTimeout(resolve, 400));
		await route.continue();
	});
	await page.goto('/explore', { waitUntil: 'commit' });
	await page.locator('.rail').waitFor();
	const moving = () => page.evaluate(() => document.getAnimations()
		.filter((one) => one.playState === 'running').length);
	assert.equal(await moving(), 0);
	await settled(page);
	await page.keyboard.press('j');
	await page.keyboard.press('b');
	await page.locator('dialog').waitFor();
	assert.equal(await moving(), 0);
	await page.keyboard.press('Escape');
	await page.evaluate(() => scrollTo(0, 3000));
	await page.waitForTimeout(100);
	await page.locator('.rail a[href="/explore"]').click();
	await page.waitForTimeout(60);
	assert.equal(await page.evaluate(() => scrollY), 0);
});

/* The distances that WCAG 1.4.12 names. */
const wide = `* { line-height: 1.5 !important; letter-spacing: .12em !important;
	word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`;

test('wide text is neither cut nor covered', async (t) => {
	const page = await start(t, { size: 'phone', bypassCSP: true });
	for (const path of ['/', page.places[4], '/create', '/settings', '/login',
		'/@alice', page.places[7]]) {
		await open(page, path);
		await page.addStyleTag({ content: wide });
		const faults = await page.evaluate(() => {
			const cut = [...document.querySelectorAll(
				'main .button, main h1, main h2, main label, .tabs a, .chip')]
				.filter((one) => one.checkVisibility() &&
					!one.closest('.hidden') && !one.matches('.hidden') &&
					(one.scrollWidth > one.clientWidth + 2 ||
						one.scrollHeight > one.clientHeight + 4) &&
					getComputedStyle(one).overflow !== 'visible')
				.map((one) => one.outerHTML.slice(0, 90));
			const more = document.documentElement.scrollWidth - innerWidth;
			return more > 0 ? [...cut, `${more} px too wide`] : cut;
		});
		assert.deepEqual(faults, [], path);
	}
});
