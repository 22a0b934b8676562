/* Korean is composed: a syllable grows under an input method before it is
 * committed, and the Enter that commits it sends nothing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { call, faultsOf, launch, logIn, open, plantPins, visit } from
	'./browser.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/* What an input method does while 바다 is typed. */
const steps = ['ㅂ', '바', '받', '바다'];

async function start(t, path, options = {}) {
	const page = await visit(browser, { language: 'ko', ...options });
	t.after(() => page.context().close());
	const person = options.out ? null : await logIn(page);
	await open(page, path);
	const cdp = await page.context().newCDPSession(page);
	const ime = {
		compose: async () => {
			for (const text of steps)
				await cdp.send('Input.imeSetComposition', { text,
					selectionStart: text.length, selectionEnd: text.length });
		},
		/* Enter as the input method hears it: key code 229. */
		enter: async () => {
			for (const type of ['rawKeyDown', 'keyUp'])
				await cdp.send('Input.dispatchKeyEvent', { type, key: 'Enter',
					code: 'Enter', windowsVirtualKeyCode: 229 });
		},
		commit: () => cdp.send('Input.insertText', { text: '바다' }),
	};
	return { page, person, ime };
}

/* The calls that change something, from now on. */
function writes(page) {
	const all = [];
	page.on('request', (one) => {
		if (one.method() !== 'GET')
			all.push(`${one.method()} ${new URL(one.url()).pathname}`);
	});
	return all;
}

/* Composes in a field, commits by Enter; the field holds the word, nothing was
 * sent.  Enter once more sends it. */
async function composeIn(page, ime, field, sent) {
	await field.click();
	await field.fill('');
	await ime.compose();
	assert.equal(await field.inputValue(), '바다');
	await ime.enter();
	await page.waitForTimeout(150);
	assert.deepEqual(sent, [], 'Enter while composing sent the form');
	await ime.commit();
	assert.equal(await field.inputValue(), '바다');
	assert.deepEqual(sent, []);
}

test('a board is named while composing, and made by the Enter after it',
	async (t) => {
		const { page, person, ime } = await start(t, '/settings');
		await open(page, `/@${person.username}`);
		await page.getByRole('button', { name: '보드 만들기' }).click();
		const field = page.locator('dialog input[name=title]');
		await field.waitFor();
		const sent = writes(page);
		await composeIn(page, ime, field, sent);
		assert.equal(await page.locator('dialog').count(), 1);
		await page.keyboard.press('Enter');
		await page.getByText('새 보드 바다가 생겼습니다.').waitFor();
		assert.deepEqual(sent, ['POST /api/boards/']);
		await page.locator('.board-card b', { hasText: '바다' }).waitFor();
		assert.deepEqual(faultsOf(page), []);
	});

test('the login is not sent while its address is composed', async (t) => {
	const { page, ime } = await start(t, '/login', { out: true });
	const sent = writes(page);
	/* An e-mail field takes any text until it is sent. */
	await composeIn(page, ime, page.getByLabel('이메일'), sent);
	await page.getByLabel('비밀번호').fill('아무도 모르는 긴 문장');
	page.meant.push(/session/);
	await page.keyboard.press('Enter');
	await page.locator('.form-error, .field-error').first().waitFor();
	assert.deepEqual(sent, ['POST /api/session']);
	assert.equal(await page.getByLabel('이메일').inputValue(), '바다');
});

test('a title is changed by composing', async (t) => {
	const { page, ime, person } = await start(t, '/settings');
	const [id] = plantPins(person.username, ['x']);
	await open(page, `/pin/${id}/edit`);
	const sent = writes(page);
	await composeIn(page, ime, page.getByLabel('제목'), sent);
	await page.keyboard.press('Enter');
	await page.waitForURL(`/pin/${id}`);
	assert.equal(await page.locator('h1').textContent(), '바다');
	assert.deepEqual(sent, [`PATCH /api/pins/${id}`]);
	assert.deepEqual(faultsOf(page), []);
});

test('the search of the picker finds by syllables, and asks nobody',
	async (t) => {
		const { page, ime } = await start(t, '/settings');
		for (const title of ['바다', '밤바다 사진', '숲'])
			await call(page, 'POST', 'boards/', { title });
		await open(page, '/@alice/pins');
		await page.locator('.card').first().hover();
		await page.locator('.card .save-which').first().click();
		const field = page.locator('dialog input').first();
		await page.locator('.picker-row').nth(2).waitFor();
		const asked = [];
		page.on('request', (one) => {
			if (one.url().includes('/api/'))
				asked.push(one.url());
		});
		await field.click();
		await ime.compose();
		await ime.enter();
		assert.equal(await page.locator('dialog').count(), 1);
		await ime.commit();
		assert.deepEqual(await page.locator('.picker-name').evaluateAll((all) =>
			all.map((one) => one.firstChild.textContent)), ['밤바다 사진', '바다']);
		assert.deepEqual(asked, []);
		assert.deepEqual(faultsOf(page), []);
	});

test('keys of the application are silent while composing', async (t) => {
	const { page, ime } = await start(t, '/create');
	await page.getByLabel(/주소/).click();
	await ime.compose();
	await ime.enter();
	await page.keyboard.press('?');
	assert.equal(await page.locator('dialog').count(), 0);
	await ime.commit();
	assert.match(await page.getByLabel(/주소/).inputValue(), /바다/);
});
