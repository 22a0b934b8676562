/* The cover of a board: a picture of its own, that of a pin on it, or its first
 * pins; taken at once. */
import { useSignal } from '@preact/signals';
import { api, asApiError } from '../core/api';
import { boardChanged } from '../core/boards';
import { remember } from '../core/load';
import { smaller } from '../core/images';
import type { Board } from '../core/types';
import { t } from '../core/words';

const maxBytes = 20 * 1024 * 1024;

export function CoverField({ board }: { board: Board }) {
	const cover = useSignal(board.cover);
	const error = useSignal('');
	const busy = useSignal(false);
	const send = async (method: 'PUT' | 'DELETE', body?: unknown) => {
		if (busy.value)
			return;
		busy.value = true;
		error.value = '';
		try {
			const call = body === undefined ? {} : { body };
			const found = await api<Board>(method,
				`boards/${board.id}/cover`, call);
			remember(`boards/${board.id}`, found);
			cover.value = found.cover;
			boardChanged();
		} catch (e) {
			error.value = asApiError(e).message;
		}
		busy.value = false;
	};
	const upload = (file: File | undefined) => {
		if (!file)
			return;
		if (file.size > maxBytes) {
			error.value = t('upload.size');
			return;
		}
		const body = new FormData();
		body.set('image', file, file.name);
		void send('PUT', body);
	};
	return <fieldset class="cover-field" aria-busy={busy.value}>
		<legend>{t('board.cover')}</legend>
		<div class="cover-choice">
			<button type="button" class="cover-first"
				aria-pressed={cover.value === null}
				onClick={() => { void send('DELETE'); }}>
				{t('board.cover.first')}</button>
			{cover.value && !board.pin.some((pin) =>
				pin.image === cover.value) && <button type="button"
				aria-pressed="true" aria-label={t('board.cover.own')}>
				<img src={smaller(cover.value, 236)} alt="" /></button>}
			{board.pin.slice(0, 11).map((pin) => <button type="button"
				key={pin.id} aria-pressed={pin.image === cover.value}
				aria-label={t('board.cover.pin', { title: pin.title })}
				onClick={() => { void send('PUT', { pin: pin.id }); }}>
				<img src={smaller(pin.image, 236)} alt="" loading="lazy" />
			</button>)}
		</div>
		<label class="button plain">{t('board.cover.upload')}
			<input class="hidden" type="file"
				accept="image/jpeg,image/png,image/gif,image/webp,image/avif,image/heic"
				onChange={(e) => {
					upload(e.currentTarget.files?.[0]);
					e.currentTarget.value = '';
				}} /></label>
		{error.value && <p class="field-error" role="alert">{error.value}</p>}
	</fieldset>;
}
