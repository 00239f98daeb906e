-- What must be true whoever writes. All set-based: a list of a thousand rows costs one statement each.

CREATE SEQUENCE IF NOT EXISTS training_number AS bigint;

-- A plan lies between the first and the last day, each half-day once; its days are counted here and nowhere else.
CREATE OR REPLACE FUNCTION training_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong text;
BEGIN
    SELECT min(key) INTO wrong FROM jsonb_array_elements_text(NEW.plan) key
    WHERE key !~ '^\d{4}-\d\d-\d\d(am|pm)$'
       OR left(key, 10) < to_char(NEW.begins_on, 'YYYY-MM-DD') OR left(key, 10) > to_char(NEW.ends_on, 'YYYY-MM-DD');
    SELECT count(DISTINCT left(key, 10)), count(DISTINCT key) INTO NEW.days, NEW.half_days
    FROM jsonb_array_elements_text(NEW.plan) key;
    IF wrong IS NOT NULL OR NEW.half_days <> jsonb_array_length(NEW.plan) THEN
        RAISE EXCEPTION 'a half-day is outside the session or stands twice: %', wrong
            USING ERRCODE = 'check_violation', CONSTRAINT = 'training_plan';
    END IF;
    IF TG_OP = 'UPDATE' AND EXISTS (
        SELECT FROM training_attendance a JOIN training_enrollment e ON e.id = a.enrollment_id
        WHERE e.session_id = NEW.id AND NOT NEW.plan ? (a.day::text || a.half)) THEN
        RAISE EXCEPTION 'a half-day with marks cannot leave the plan'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'training_plan';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER training_plan_i BEFORE INSERT ON training_session
    FOR EACH ROW EXECUTE FUNCTION training_plan();
CREATE TRIGGER training_plan_u BEFORE UPDATE OF plan, begins_on, ends_on, days, half_days ON training_session
    FOR EACH ROW
    WHEN (NEW.plan IS DISTINCT FROM OLD.plan OR NEW.begins_on <> OLD.begins_on OR NEW.ends_on <> OLD.ends_on
          OR NEW.days <> OLD.days OR NEW.half_days <> OLD.half_days)
    EXECUTE FUNCTION training_plan();

-- Seats are those of the enrolled, so that the check on the session holds against everybody who writes.
CREATE OR REPLACE FUNCTION training_seats() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE training_session s SET seats_taken = s.seats_taken + n.taken
        FROM (SELECT session_id, count(*) AS taken FROM new_rows WHERE state = 'enrolled' GROUP BY session_id) n
        WHERE s.id = n.session_id;
    ELSE
        UPDATE training_session s SET seats_taken = s.seats_taken + c.change
        FROM (SELECT session_id, sum(change) AS change FROM (
                  SELECT session_id, 1 AS change FROM new_rows WHERE state = 'enrolled'
                  UNION ALL SELECT session_id, -1 FROM old_rows WHERE state = 'enrolled') moved
              GROUP BY session_id HAVING sum(change) <> 0) c
        WHERE s.id = c.session_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER training_seats_i AFTER INSERT ON training_enrollment
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION training_seats();
CREATE TRIGGER training_seats_u AFTER UPDATE ON training_enrollment
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION training_seats();

-- An enrollment carries the day on which its session counts. Livestreams have no participants.
CREATE OR REPLACE FUNCTION training_enrolled() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE held record;
BEGIN
    SELECT kind, ended_on INTO held FROM training_session WHERE id = NEW.session_id;
    IF held.kind = 'livestream' THEN
        RAISE EXCEPTION 'a livestream has no participants'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'training_enrolled';
    END IF;
    NEW.ended_on := held.ended_on;
    RETURN NEW;
END $$;
CREATE TRIGGER training_enrolled BEFORE INSERT OR UPDATE OF session_id, ended_on ON training_enrollment
    FOR EACH ROW EXECUTE FUNCTION training_enrolled();

CREATE OR REPLACE FUNCTION training_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE training_enrollment SET ended_on = NEW.ended_on WHERE session_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER training_ended AFTER UPDATE OF ended_on ON training_session
    FOR EACH ROW WHEN (NEW.ended_on IS DISTINCT FROM OLD.ended_on) EXECUTE FUNCTION training_ended();

-- Half-days, days, hours and completion of the enrollments, counted from their marks.
CREATE OR REPLACE FUNCTION training_recount(touched bigint[]) RETURNS void LANGUAGE sql AS $$
    UPDATE training_enrollment e
    SET present = c.present, days_present = c.days, hours = c.present * s.hours_per_half_day,
        completed = s.half_days > 0 AND c.present * 100 >= s.required_share * s.half_days
    FROM (SELECT t.id, count(a.day) AS present, count(DISTINCT a.day) AS days
          FROM (SELECT DISTINCT unnest(touched) AS id) t
          LEFT JOIN training_attendance a ON a.enrollment_id = t.id AND a.mark = 'present'
          GROUP BY t.id) c, training_session s
    WHERE e.id = c.id AND s.id = e.session_id
      AND (e.present, e.days_present, e.hours, e.completed) IS DISTINCT FROM
          (c.present, c.days, c.present * s.hours_per_half_day,
           s.half_days > 0 AND c.present * 100 >= s.required_share * s.half_days)
$$;

-- Marks are of half-days of the plan, of people with a seat, and of sessions whose attendance is not closed.
CREATE OR REPLACE FUNCTION training_marked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE wrong bigint;
BEGIN
    IF TG_OP <> 'DELETE' THEN
        SELECT min(n.id) INTO wrong
        FROM new_rows n JOIN training_enrollment e ON e.id = n.enrollment_id JOIN training_session s ON s.id = e.session_id
        WHERE e.state <> 'enrolled' OR NOT s.plan ? (n.day::text || n.half)
           OR s.state NOT IN ('running', 'ended') OR s.marks_closed_at IS NOT NULL;
        IF wrong IS NOT NULL THEN
            RAISE EXCEPTION 'mark % is not of a seat and a half-day of an open session', wrong
                USING ERRCODE = 'check_violation', CONSTRAINT = 'training_marked';
        END IF;
        PERFORM training_recount(ARRAY(SELECT DISTINCT enrollment_id FROM new_rows));
    END IF;
    IF TG_OP <> 'INSERT' THEN
        IF EXISTS (SELECT FROM old_rows o JOIN training_enrollment e ON e.id = o.enrollment_id
                   JOIN training_session s ON s.id = e.session_id WHERE s.marks_closed_at IS NOT NULL) THEN
            RAISE EXCEPTION 'the attendance of this session is closed'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'training_marked';
        END IF;
        PERFORM training_recount(ARRAY(SELECT DISTINCT enrollment_id FROM old_rows));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER training_marked_i AFTER INSERT ON training_attendance
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION training_marked();
CREATE TRIGGER training_marked_u AFTER UPDATE ON training_attendance
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION training_marked();
CREATE TRIGGER training_marked_d AFTER DELETE ON training_attendance
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION training_marked();

-- A change of the rule or of the plan decides completion anew.
CREATE OR REPLACE FUNCTION training_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM training_recount(ARRAY(SELECT id FROM training_enrollment WHERE session_id = NEW.id AND present > 0));
    RETURN NULL;
END $$;
CREATE TRIGGER training_rule AFTER UPDATE OF required_share, hours_per_half_day, half_days, plan ON training_session
    FOR EACH ROW
    WHEN (NEW.required_share <> OLD.required_share OR NEW.hours_per_half_day <> OLD.hours_per_half_day
          OR NEW.half_days <> OLD.half_days)
    EXECUTE FUNCTION training_rule();
