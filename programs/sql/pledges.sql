-- What was promised in public stays as it was promised; only its state, due date and end move, each with its log.
CREATE FUNCTION programs_pledge_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL AND ROW(
        NEW.made_by, NEW.person_name, NEW.person_post, NEW.organization, NEW.occasion, NEW.category, NEW.text_zh,
        NEW.text_en, NEW.measure_zh, NEW.measure_en, NEW.region_id, NEW.unit_id, NEW.effective_date, NEW.entered_by_id,
        NEW.edited_by_id, NEW.published_at, NEW.published_on, NEW.published_by_id
    ) IS DISTINCT FROM ROW(
        OLD.made_by, OLD.person_name, OLD.person_post, OLD.organization, OLD.occasion, OLD.category, OLD.text_zh,
        OLD.text_en, OLD.measure_zh, OLD.measure_en, OLD.region_id, OLD.unit_id, OLD.effective_date, OLD.entered_by_id,
        OLD.edited_by_id, OLD.published_at, OLD.published_on, OLD.published_by_id
    ) THEN
        RAISE EXCEPTION 'pledge % is public: what it says does not change', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pledge_keeps';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pledge_keeps BEFORE UPDATE ON programs_pledge
    FOR EACH ROW EXECUTE FUNCTION programs_pledge_keeps();

-- Every due date of a public pledge is on record: asked at commit of the row as it is then, so that row and record may
-- come in any order.
CREATE FUNCTION programs_pledge_dated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM programs_pledge p WHERE p.id = NEW.id AND p.published_at IS NOT NULL AND p.due_on IS DISTINCT FROM (
            SELECT d.new FROM programs_pledgedatechange d WHERE d.pledge_id = p.id ORDER BY d.id DESC LIMIT 1
        )
    ) THEN
        RAISE EXCEPTION 'the due date of pledge % is not on record', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'pledge_dated';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER pledge_dated AFTER INSERT OR UPDATE OF due_on, published_at ON programs_pledge
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION programs_pledge_dated();

-- A change follows on the one before it.
CREATE FUNCTION programs_datechange_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    latest date;
BEGIN
    SELECT d.new INTO latest FROM programs_pledgedatechange d WHERE d.pledge_id = NEW.pledge_id ORDER BY d.id DESC LIMIT 1;
    IF latest IS DISTINCT FROM NEW.old THEN
        RAISE EXCEPTION 'pledge % was due on %, not on %', NEW.pledge_id, latest, NEW.old
            USING ERRCODE = 'check_violation', CONSTRAINT = 'datechange_follows';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER datechange_follows BEFORE INSERT ON programs_pledgedatechange
    FOR EACH ROW EXECUTE FUNCTION programs_datechange_follows();

-- Notes, date changes and answers are said once.
CREATE FUNCTION programs_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = 'programs_append_only';
END $$;
CREATE TRIGGER datechange_append_only BEFORE UPDATE OR DELETE ON programs_pledgedatechange
    FOR EACH ROW EXECUTE FUNCTION programs_append_only();
CREATE TRIGGER progressnote_append_only BEFORE UPDATE OR DELETE ON programs_progressnote
    FOR EACH ROW EXECUTE FUNCTION programs_append_only();
CREATE TRIGGER answer_append_only BEFORE UPDATE OR DELETE ON programs_answer
    FOR EACH ROW EXECUTE FUNCTION programs_append_only();

-- Nobody edits what a citizen said; nothing is said on a pledge that is not public, nor answered there.
CREATE FUNCTION programs_feedback_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR ROW(
        NEW.pledge_id, NEW.user_id, NEW.phone_index, NEW.rating, NEW.comment, NEW.is_masked, NEW.is_suspect,
        NEW.given_on, NEW.sent_at, NEW.address, NEW.region_id, NEW.unit_id
    ) IS DISTINCT FROM ROW(
        OLD.pledge_id, OLD.user_id, OLD.phone_index, OLD.rating, OLD.comment, OLD.is_masked, OLD.is_suspect,
        OLD.given_on, OLD.sent_at, OLD.address, OLD.region_id, OLD.unit_id
    ) THEN
        RAISE EXCEPTION 'what a citizen said is never changed or removed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'feedback_keeps';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER feedback_keeps BEFORE UPDATE OR DELETE ON programs_feedback
    FOR EACH ROW EXECUTE FUNCTION programs_feedback_keeps();

CREATE FUNCTION programs_feedback_where_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM programs_pledge p WHERE p.id = NEW.pledge_id AND p.state IN ('published', 'fulfilled')) THEN
        RAISE EXCEPTION 'pledge % takes no feedback', NEW.pledge_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'feedback_where_open';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER feedback_where_open BEFORE INSERT ON programs_feedback
    FOR EACH ROW EXECUTE FUNCTION programs_feedback_where_open();

CREATE FUNCTION programs_answer_where_shown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM programs_feedback f JOIN programs_pledge p ON p.id = f.pledge_id
        WHERE f.id = NEW.feedback_id AND f.state = 'shown' AND p.published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'feedback % is not shown: there is nothing to answer', NEW.feedback_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'answer_where_shown';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER answer_where_shown BEFORE INSERT ON programs_answer
    FOR EACH ROW EXECUTE FUNCTION programs_answer_where_shown();
