/*
 * Where one writes a comment.  Enter sends it where there are keys, unless a
 * syllable is being composed; with Shift it begins a new line.  After @ it
 * suggests names: arrows move, Enter or Tab takes one, Esc closes.
 */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { nameAt, namesFor, withName } from '../core/mention';
import { t } from '../core/words';
import { Button } from './Button';

const most = 1000;
/* From here on it is told how much room is left. */
const near = 800;

interface Props {
	name: string;
	label: string;
	start?: string;
	button: string;
	names: () => string[];
	send: (text: string) => void;
	cancel?: () => void;
	focus?: boolean;
}

const lengthOf = (text: string): number => [...text.trim()].length;

export function CommentForm(props: Props) {
	const { name, label, start = '', button, send, cancel } = props;
	const field = useRef<HTMLTextAreaElement>(null);
	const text = useSignal(start);
	const found = useSignal<string[]>([]);
	const at = useSignal(0);
	const asked = useRef(0);
	useEffect(() => {
		if (!props.focus)
			return;
		field.current?.focus();
		field.current?.setSelectionRange(start.length, start.length);
	}, []);
	const close = () => { asked.current++; found.value = []; };
	const ask = async (box: HTMLTextAreaElement) => {
		close();
		const mine = asked.current;
		const prefix = nameAt(box.value, box.selectionStart);
		const all = prefix === null ? [] : await namesFor(prefix, props.names());
		if (mine !== asked.current)
			return;
		found.value = all;
		at.value = 0;
	};
	const take = (one: string) => {
		const box = field.current;
		if (!box)
			return;
		const [whole, caret] = withName(text.value, box.selectionStart, one);
		close();
		text.value = box.value = whole;
		box.setSelectionRange(caret, caret);
	};
	const left = most - lengthOf(text.value);
	const submit = () => {
		const whole = text.value.trim();
		if (whole === '' || left < 0)
			return;
		send(whole);
		text.value = '';
		close();
	};
	const choose = (e: KeyboardEvent, one: string): boolean => {
		const { length } = found.value;
		if (e.key === 'ArrowDown')
			at.value = (at.value + 1) % length;
		else if (e.key === 'ArrowUp')
			at.value = (at.value + length - 1) % length;
		else if (e.key === 'Enter' || (e.key === 'Tab' && !e.shiftKey))
			take(one);
		else if (e.key === 'Escape')
			close();
		else
			return false;
		return true;
	};
	const keys = (e: KeyboardEvent) => {
		if (e.isComposing || e.keyCode === 229)
			return;
		const one = found.value[at.value];
		const done = one !== undefined && choose(e, one);
		if (!done && e.key === 'Enter' && !e.shiftKey &&
			!matchMedia('(hover: none)').matches)
			submit();
		else if (!done && e.key === 'Escape' && cancel)
			cancel();
		else if (!done)
			return;
		e.preventDefault();
		e.stopPropagation();
	};
	const list = `${name}-names`;
	const open = found.value.length > 0;
	return <form class="comment-form" onSubmit={(e) => {
		e.preventDefault();
		submit();
	}}>
		<div class="title-field">
			<textarea ref={field} class="input" rows={1} name={name}
				value={text.value} aria-label={label} placeholder={label}
				aria-autocomplete="list" aria-controls={list}
				aria-activedescendant={open ? `${list}-${at.value}` : undefined}
				aria-invalid={left < 0 || undefined}
				onInput={(e) => {
					text.value = e.currentTarget.value;
					if (!e.isComposing)
						void ask(e.currentTarget);
				}}
				onKeyDown={keys} onBlur={close} />
			<ul id={list} class="suggestions" role="listbox" hidden={!open}
				aria-label={t('people')}>
				{found.value.map((one, i) => <li key={one} role="option"
					id={`${list}-${i}`} aria-selected={i === at.value}
					onPointerDown={(e) => { e.preventDefault(); take(one); }}>
					<span>@{one}</span></li>)}
			</ul>
		</div>
		{(text.value !== '' || cancel) && <div class="comment-send">
			<small class={left < 0 ? 'field-error' : 'soft'}>
				{left <= most - near && t('comment.left', { n: left })}</small>
			{cancel && <Button kind="quiet" onClick={cancel}>
				{t('cancel')}</Button>}
			<button type="submit" class="button primary"
				disabled={left < 0 || text.value.trim() === ''}>{button}</button>
		</div>}
	</form>;
}
