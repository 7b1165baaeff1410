# Fill an empty Redmine database through Redmine's own models, under mocked time:
#   TICKETS=200 SEED=5 rails runner generate.rb
# Each issue has a story that is drawn first; then all stories are played in the order of time.
require 'active_support/testing/time_helpers'

# Two projects, five agents (Manager), twenty customers (Reporter), a status and a custom field of the desk's own.
class Desk
  include ActiveSupport::Testing::TimeHelpers

  START = Time.utc(2026, 8, 24, 4)
  DAYS = 90
  # By weight: what happens next to an issue, and whether the customer does it.
  TURNS = { ask: 18, answer: 22, note: 8, start: 9, feedback: 9, vendor: 4, resolve: 9, close: 14, reject: 4, assign: 8, priority: 5, move: 4, sort: 3, serial: 3, remove: 1 }.freeze

  def initialize(issues, seed)
    @issues = issues
    @random = Random.new(seed)
    @live = {}
  end

  def fill
    travel_to(START - 3600)
    furnish
    plan.each { |at, number, what| play(at, number, what) }
    travel_back
    puts format('%d issues, %d journals', Issue.count, Journal.count)
  end

  private

  def one_of(list)
    list[@random.rand(list.size)]
  end

  def furnish
    Setting.notified_events = []
    ActionMailer::Base.perform_deliveries = false
    @statuses = IssueStatus.all.index_by(&:name)
    @statuses['On vendor'] = IssueStatus.create!(name: 'On vendor', is_closed: false)
    @priorities = IssuePriority.all.to_a
    @tracker = Tracker.find_by!(name: 'Support')
    @field = IssueCustomField.create!(name: 'Serial number', field_format: 'string', is_for_all: true, trackers: Tracker.all.to_a, editable: true)
    @projects = %w[Printers Networks].map do |name|
      project = Project.create!(name: name, identifier: name.downcase, trackers: Tracker.all.to_a)
      project.enabled_module_names = ['issue_tracking']
      %w[Hardware Software].each { |category| IssueCategory.create!(project: project, name: category) }
      project
    end
    @agents = people('agent', 5, 'Manager')
    @customers = people('customer', 20, 'Reporter')
  end

  def people(word, number, role)
    (1..number).map do |n|
      user = User.new(firstname: word.capitalize, lastname: n.to_s, mail: "#{word}#{n}@desk.test")
      user.login = "#{word}#{n}"
      user.password = user.password_confirmation = 'not-a-secret-0'
      user.save!
      @projects.each { |project| Member.create!(project: project, principal: user, roles: [Role.find_by!(name: role)]) }
      user
    end
  end

  def turn
    left = @random.rand * TURNS.values.sum
    TURNS.each { |what, weight| return what if (left -= weight).negative? }
    :ask
  end

  # All that will happen. In the last month one agent is no member of the projects any more.
  def plan
    play = [[START + 60 * 86_400, 0, :leave]]
    (1..@issues).each do |number|
      at = START + @random.rand(DAYS * 86_400)
      play << [at, number, :create]
      (2 + @random.rand(8)).times do
        at += 60 + (-Math.log(1 - @random.rand) * one_of([1800, 7200, 43_200, 86_400])).floor
        what = turn
        play << [at, number, what]
        break if what == :remove
      end
    end
    play.each_with_index.sort_by { |(at, _, _), place| [at, place] }.map(&:first)
  end

  def play(at, number, what)
    travel_to(at)
    case what
    when :leave then @agents.pop.memberships.to_a.each(&:destroy)
    when :create then create(number)
    else
      issue = Issue.find_by(id: @live[number])
      change(issue, what) if issue
    end
  end

  def create(number)
    User.current = one_of(@customers)
    issue = Issue.new(project: one_of(@projects), tracker: @tracker, author: User.current, subject: "Story #{number}", description: 'It does not work',
                      priority: one_of(@priorities), status: @statuses['New'])
    issue.custom_field_values = { @field.id => "S-#{@random.rand(1000)}" } if number.odd?
    issue.save!
    @live[number] = issue.id
  end

  def change(issue, what)
    User.current = what == :ask ? issue.author : one_of(@agents)
    return issue.destroy if what == :remove

    written = %i[ask answer note].include?(what) || @random.rand < 0.3
    issue.init_journal(User.current, written ? "about #{what}" : '')
    issue.private_notes = true if what == :note
    set(issue, what)
    issue.save!
  end

  def set(issue, what)
    case what
    when :ask then issue.status = @statuses['In Progress'] if issue.closed? && @random.rand < 0.5
    when :start then issue.status = @statuses['In Progress']
    when :feedback then issue.status = @statuses['Feedback']
    when :vendor then issue.status = @statuses['On vendor']
    when :resolve then issue.status = @statuses['Resolved']
    when :close then issue.status = @statuses['Closed']
    when :reject then issue.status = @statuses['Rejected']
    when :assign then issue.assigned_to = User.current
    when :priority then issue.priority = one_of(@priorities)
    when :move then issue.project = one_of(@projects)
    when :sort then issue.category = one_of(issue.project.issue_categories.to_a)
    when :serial then issue.custom_field_values = { @field.id => "S-#{@random.rand(1000)}" }
    end
  end
end

Desk.new(Integer(ENV.fetch('TICKETS')), Integer(ENV.fetch('SEED'))).fill
