/* All one's data as a file: asked for with the password, made by the server
 * meanwhile, and downloaded here for a week. */
import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { api, ApiError, asApiError, get } from '../core/api';
import { me } from '../core/session';
import type { OwnFile } from '../core/types';
import { ago, day, fileSize, t } from '../core/words';
import { Button } from './Button';
import { PasswordDialog } from './PasswordDialog';
import { tell, tellError } from './Toast';

const path = 'accounts/export';
const often = 1500, seldom = 15000; /* milliseconds between two looks */

/* A day is too long to be told in seconds. */
async function ask(password: string): Promise<OwnFile> {
	try {
		return await api<OwnFile>('POST', path, { body: { password } });
	} catch (e) {
		const { status, retryAfter } = asApiError(e);
		if (status === 429 && retryAfter > 3600)
			throw new ApiError(status, t('data.later',
				{ hours: Math.ceil(retryAfter / 3600) }));
		throw e;
	}
}

/* Looks again while it is being made, less and less often. */
function useOwnFile(): Signal<OwnFile | null> {
	const file = useSignal<OwnFile | null>(null);
	const wait = useRef(often);
	const look = async () => {
		const before = file.value?.state;
		file.value = await get<OwnFile>(path);
		if (before === 'making' && file.value.state === 'ready')
			tell(t('data.done'));
	};
	useEffect(() => { look().catch(tellError); }, []);
	useEffect(() => {
		if (file.value?.state !== 'making') {
			wait.current = often;
			return undefined;
		}
		const timer = setTimeout(() => {
			wait.current = Math.min(wait.current * 1.3, seldom);
			/* A look that failed is made up for by the next. */
			look().catch(() => {
				file.value = file.value && { ...file.value };
			});
		}, wait.current);
		return () => clearTimeout(timer);
	}, [file.value]);
	return file;
}

export function OwnData() {
	const file = useOwnFile();
	const asked = useSignal(false);
	const box = useRef<HTMLElement>(null);
	const close = () => { asked.value = false; };
	/* What had the focus goes: it stays in its section, once the dialog has
	 * given it back. */
	const moved = useRef(false);
	useEffect(() => {
		if (moved.current)
			box.current?.focus();
		moved.current = false;
	}, [file.value]);
	const show = (next: OwnFile) => {
		moved.current = true;
		file.value = next;
	};
	const send = async (password: string) => {
		const next = await ask(password);
		close();
		show(next);
	};
	const drop = async () => {
		try {
			await api('DELETE', path);
			show(await get<OwnFile>(path));
		} catch (e) {
			tellError(e);
		}
	};
	return <section ref={box} class="box" tabIndex={-1}
		aria-labelledby="own-data">
		<h2 id="own-data">{t('data')}</h2>
		<p>{t('data.text')}</p>
		<div class="own-data" role="status" aria-busy={file.value === null}>
			{file.value && <Told of={file.value} />}
		</div>
		{file.value && <Choices of={file.value} drop={drop}
			ask={() => { asked.value = true; }} />}
		{asked.value && <PasswordDialog id="data-password"
			title={t('data.title')} text={t('data.sure')}
			button={t('data.button')} send={send} onClose={close} />}
	</section>;
}

function Told({ of: file }: { of: OwnFile }) {
	switch (file.state) {
	case 'making':
		return <p>{t('data.making')} {me.value?.email_verified
			? t('data.mail') : ''}</p>;
	case 'ready':
		return <p>{t('data.ready', { size: fileSize(file.bytes ?? 0),
			when: ago(file.ended_at ?? ''), until: day(file.expires_at ?? '') })}
		</p>;
	case 'failed':
		return <p class="form-error">{t(file.reason === 'too_large'
			? 'data.too_large' : 'data.failed')}</p>;
	default:
		return null;
	}
}

interface Choice {
	of: OwnFile;
	ask: () => void;
	drop: () => Promise<void>;
}

function Choices({ of: file, ask: again, drop }: Choice) {
	if (file.state === 'making')
		return <Button onClick={() => { void drop(); }}>
			{t('cancel')}</Button>;
	if (file.state !== 'ready')
		return <Button onClick={again}>{t('data.ask')}</Button>;
	return <>
		<Download url={file.url ?? ''} />
		<Button onClick={() => { void drop(); }}>{t('data.drop')}</Button>
	</>;
}

/* A link does not renew a login that has run out: a call of the API does. */
function Download({ url }: { url: string }) {
	const to = new URL(url, location.href).pathname;
	const go = (e: Event) => {
		e.preventDefault();
		api('GET', path).then(() => location.assign(to), tellError);
	};
	return <a class="button primary" href={to} download onClick={go}>
		{t('data.download')}</a>;
}
