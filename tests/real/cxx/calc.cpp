/* calc.cpp - a calculator whose errors are exceptions, of every way in which
 * C++ has them.
 *
 *   calc FILE     evaluates the file's lines and prints values or errors, then
 *                 what the language promises of exceptions, one claim a line,
 *                 and how many objects were made and not destroyed: none
 *
 *   line ::= name "=" sum | name "(" {name ","} ")" "=" sum | sum
 *   sum, product, power: as one expects; `try(a, b)` is b where a fails
 */
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace
{

/* ------------------------------------------------------- what is being counted */

/* Everything that must be destroyed while the stack is unwound is one of these. */
class Counted
{
  public:
    Counted()
    {
        alive++, made++;
    }
    Counted(const Counted &) : Counted()
    {
    }
    ~Counted()
    {
        alive--;
    }
    Counted &operator=(const Counted &) = default;
    static long alive, made;
};

long Counted::alive, Counted::made;

class Depth : Counted
{
  public:
    explicit Depth(int limit);
    ~Depth()
    {
        now--;
    }
    static int now, deepest;
};

int Depth::now, Depth::deepest;

/* ---------------------------------------------------------------------- errors */

/* A second base: a handler for it is given another address than was thrown. */
class Located
{
  public:
    explicit Located(size_t column) : column(column)
    {
    }
    virtual ~Located() = default;
    virtual std::string place() const
    {
        return "column " + std::to_string(column);
    }

  protected:
    size_t column;
};

class Error : public std::runtime_error, Counted
{
  public:
    using std::runtime_error::runtime_error;
    virtual const char *kind() const noexcept = 0;
};

class SyntaxError : public Error, public Located
{
  public:
    SyntaxError(const std::string &what, size_t column)
        : Error(what), Located(column)
    {
    }
    const char *kind() const noexcept override
    {
        return "syntax";
    }
};

class EvaluationError : public Error
{
  public:
    using Error::Error;
    const char *kind() const noexcept override
    {
        return "evaluation";
    }
};

class DivisionByZero final : public EvaluationError
{
  public:
    explicit DivisionByZero(double dividend)
        : EvaluationError(std::to_string(dividend) + " divided by zero"),
          dividend(dividend)
    {
    }
    const char *kind() const noexcept override
    {
        return "division";
    }
    double dividend;
};

class UnknownName : public EvaluationError
{
  public:
    explicit UnknownName(const std::string &name)
        : EvaluationError("nothing is called " + name)
    {
    }
    const char *kind() const noexcept override
    {
        return "name";
    }
};

class TooDeep final : public EvaluationError
{
  public:
    explicit TooDeep(int depth)
        : EvaluationError("deeper than " + std::to_string(depth))
    {
    }
};

Depth::Depth(int limit)
{
    if (now == limit)
        throw TooDeep(limit); /* now is as it was: this was never made */
    if (++now > deepest)
        deepest = now;
}

/* ------------------------------------------------------------------------ trees */

class Scope;

class Node : Counted
{
  public:
    virtual ~Node() = default;
    virtual double value(const Scope &scope) const = 0;
};

using Tree = std::unique_ptr<Node>;
struct Function {
    std::vector<std::string> parameters;
    std::shared_ptr<Node> body;
};

class Scope
{
  public:
    Scope() = default;
    explicit Scope(const Scope &outer) : outer(&outer)
    {
    }
    void set(const std::string &name, double value)
    {
        values[name] = value;
    }
    void set(const std::string &name, Function f)
    {
        functions[name] = std::move(f);
    }

    double value(const std::string &name) const
    {
        if (auto found = values.find(name); found != values.end())
            return found->second;
        if (outer == nullptr)
            throw UnknownName(name);
        return outer->value(name);
    }

    const Function &function(const std::string &name) const
    {
        const Scope *scope = this;
        while (scope->outer != nullptr)
            scope = scope->outer;
        try {
            return scope->functions.at(name); /* libc++'s own exception */
        } catch (const std::out_of_range &) {
            std::throw_with_nested(UnknownName(name + "()"));
        }
    }

  private:
    const Scope *outer = nullptr;
    std::map<std::string, double> values;
    std::map<std::string, Function> functions;
};

class Number final : public Node
{
  public:
    explicit Number(double n) : n(n)
    {
    }
    double value(const Scope &) const override
    {
        return n;
    }

  private:
    double n;
};

class Name final : public Node
{
  public:
    explicit Name(std::string name) : name(std::move(name))
    {
    }
    double value(const Scope &scope) const override
    {
        return scope.value(name);
    }

  private:
    std::string name;
};

class Operation final : public Node
{
  public:
    Operation(char symbol, Tree left, Tree right)
        : symbol(symbol), left(std::move(left)), right(std::move(right))
    {
    }

    double value(const Scope &scope) const override
    {
        double a = left->value(scope), b = right->value(scope);
        switch (symbol) {
        case '+':
            return a + b;
        case '-':
            return a - b;
        case '*':
            return a * b;
        case '^':
            return std::pow(a, b);
        default:
            break;
        }
        if (b == 0)
            throw DivisionByZero(a);
        return symbol == '/' ? a / b : std::fmod(a, b);
    }

  private:
    char symbol;
    Tree left, right;
};

class Call final : public Node
{
  public:
    Call(std::string name, std::vector<Tree> arguments)
        : name(std::move(name)), arguments(std::move(arguments))
    {
    }

    double value(const Scope &scope) const override
    {
        Depth depth(300);
        if (name == "try")
            return value_or(scope);
        if (name == "if")
            return arguments.at(arguments.at(0)->value(scope) != 0 ? 1 : 2)
                ->value(scope);
        const Function &function = scope.function(name);
        Scope inner(scope);
        for (size_t i = 0; i < function.parameters.size(); i++)
            inner.set(function.parameters[i], arguments.at(i)->value(scope));
        return function.body->value(inner);
    }

  private:
    double value_or(const Scope &scope) const
    {
        try {
            return arguments.at(0)->value(scope);
        } catch (const TooDeep &) {
            throw; /* nobody's second choice */
        } catch (const EvaluationError &) {
            return arguments.at(1)->value(scope);
        }
    }

    std::string name;
    std::vector<Tree> arguments;
};

/* ----------------------------------------------------------------------- reading */

class Parser
{
  public:
    explicit Parser(const std::string &text) : text(text)
    {
    }

    /* A line: what it gives a name to, or nothing, and its tree. */
    struct Line {
        std::string name;
        std::optional<std::vector<std::string>> parameters;
        Tree tree;
    };

    Line line()
    {
        Line result;
        if (size_t equals = text.find('='); equals != std::string::npos) {
            result.name = word();
            if (take('('))
                result.parameters = parameters();
            expect('=');
        }
        result.tree = sum();
        if (peek() != 0)
            fail("this is too much");
        return result;
    }

  private:
    [[noreturn]] void fail(const std::string &what)
    {
        throw SyntaxError(what, at + 1);
    }

    int peek()
    {
        while (at < text.size() && text[at] == ' ')
            at++;
        return at < text.size() ? text[at] : 0;
    }

    bool take(char c)
    {
        bool is_there = peek() == c;
        at += is_there;
        return is_there;
    }

    void expect(char c)
    {
        if (!take(c))
            fail(std::string("want ") + c);
    }

    std::string word()
    {
        size_t begin = (peek(), at);
        while (at < text.size() &&
               std::isalpha(static_cast<unsigned char>(text[at])))
            at++;
        if (at == begin)
            fail("want a name");
        return text.substr(begin, at - begin);
    }

    std::vector<std::string> parameters()
    {
        std::vector<std::string> names;
        do
            names.push_back(word());
        while (take(','));
        expect(')');
        return names;
    }

    Tree sum()
    {
        Tree tree = product();
        for (;;) {
            if (take('+'))
                tree = std::make_unique<Operation>('+', std::move(tree),
                                                   product());
            else if (take('-'))
                tree = std::make_unique<Operation>('-', std::move(tree),
                                                   product());
            else
                return tree;
        }
    }

    Tree product()
    {
        Tree tree = power();
        for (;;) {
            char symbol = static_cast<char>(peek());
            if (symbol != '*' && symbol != '/' && symbol != '%')
                return tree;
            at++;
            tree =
                std::make_unique<Operation>(symbol, std::move(tree), power());
        }
    }

    Tree power()
    {
        Tree tree = atom();
        if (take('^'))
            tree = std::make_unique<Operation>('^', std::move(tree), power());
        return tree;
    }

    Tree atom()
    {
        Depth depth(200);
        if (take('(')) {
            Tree tree = sum();
            expect(')');
            return tree;
        }
        if (take('-'))
            return std::make_unique<Operation>('-', std::make_unique<Number>(0),
                                               atom());
        if (int c = peek(); std::isdigit(c))
            return std::make_unique<Number>(number());
        std::string name = word();
        if (!take('('))
            return std::make_unique<Name>(std::move(name));
        std::vector<Tree> arguments;
        do
            arguments.push_back(sum());
        while (take(','));
        expect(')');
        return std::make_unique<Call>(std::move(name), std::move(arguments));
    }

    double number()
    {
        char *end;
        double n = std::strtod(text.c_str() + at, &end);
        at = static_cast<size_t>(end - text.c_str());
        return n;
    }

    const std::string text;
    size_t at = 0;
};

/* --------------------------------------------------------------------- the lines */

/* What is being handled, in words: found out by throwing it again. */
std::string told()
{
    std::ostringstream out;
    try {
        throw;
    } catch (const Located &located) {
        out << located.place() << ": ";
        try {
            throw;
        } catch (const Error &error) {
            out << error.kind() << ": " << error.what();
        }
    } catch (const DivisionByZero &error) {
        out << "division: " << error.what();
    } catch (const Error &error) {
        out << error.kind() << ": " << error.what();
        try {
            std::rethrow_if_nested(error);
        } catch (const std::exception &) {
            out << ", for another reason";
        }
    } catch (const std::exception &) {
        out << "arguments are missing";
    } catch (...) {
        out << "what is this?";
    }
    return out.str();
}

class Calculator
{
  public:
    std::string operator()(const std::string &text)
    {
        Parser::Line line = Parser(text).line();
        if (line.parameters) {
            scope.set(line.name,
                      Function{*line.parameters, std::move(line.tree)});
            return line.name + "()";
        }
        double value = line.tree->value(scope);
        if (!line.name.empty())
            scope.set(line.name, value);
        char digits[40];
        std::snprintf(digits, sizeof digits, "%.15g", value);
        return digits;
    }

  private:
    Scope scope;
};

void calculate(const char *path)
{
    auto close = [](FILE *file) { std::fclose(file); };
    std::unique_ptr<FILE, decltype(close)> file(std::fopen(path, "r"), close);
    if (file == nullptr)
        throw std::runtime_error("cannot read it");
    Calculator calculator;
    for (char text[200];
         std::fgets(text, sizeof text, file.get()) != nullptr;) {
        std::string line(text, std::strcspn(text, "\n")), answer;
        try {
            answer = calculator(line);
        } catch (...) {
            answer = "error: " + told();
        }
        std::printf("%s -> %s\n", line.c_str(), answer.c_str());
    }
    unsigned long sum = 0;
    for (int i = 0; i < 20000; i++) {
        try {
            calculator("f(" + std::to_string(i % 90) + ") / " +
                       std::to_string(i % 7));
            sum++;
        } catch (const EvaluationError &error) {
            sum += std::string(error.what()).size();
        }
    }
    std::printf("20000 lines: %lu; deepest %d, now %d\n", sum, Depth::deepest,
                Depth::now);
}

/* ---------------------------------------------------------------- the language */

void claim(const char *what, bool holds)
{
    std::printf("%s: %s\n", what, holds ? "yes" : "NO");
}

template <typename Handler, typename Thrown> bool catches(Thrown thrown)
{
    try {
        throw thrown;
    } catch (Handler) {
        return true;
    } catch (...) {
        return false;
    }
}

struct Plain {
    int n;
};
struct Derived : Plain {
};
struct Other : virtual Counted, Derived {
};
struct Sideways : private Plain {
};
struct Twice : Derived, Sideways {
};

void types()
{
    static Derived derived{{7}};
    static int numbers[3];
    claim("an int is caught as an int", catches<int>(1));
    claim("an int is not caught as a long", !catches<long>(1));
    claim("a derived object is caught as its base", catches<Plain &>(derived));
    claim("a base is not caught as what derives from it",
          !catches<Derived &>(Plain{1}));
    claim("a private base takes nothing", !catches<Plain &>(Sideways{}));
    claim("an ambiguous base takes nothing", !catches<Plain &>(Twice{}));
    claim("a pointer is caught as its base's",
          catches<const Plain *>(&derived));
    claim("a pointer is caught as void *", catches<void *>(&derived));
    claim("a pointer to const is not caught without",
          !catches<int *>(static_cast<const int *>(numbers)));
    claim("nullptr is caught as a pointer", catches<Plain *>(nullptr));
    claim("an array is caught as a pointer", catches<int *>(numbers));
    claim("a function is caught as a pointer", catches<void (*)()>(&types));
    claim("a virtual base is caught", catches<Counted &>(Other{}));
    try {
        throw &derived;
    } catch (const Plain *plain) {
        claim("it points to the object", plain->n == 7);
    }
}

struct Guard : Counted {
    explicit Guard(std::string &log, char name) : log(log), name(name)
    {
    }
    ~Guard()
    {
        log += name;
        log += static_cast<char>('0' + std::uncaught_exceptions());
    }
    std::string &log;
    char name;
};

/* Throws and catches while another exception is on its way. */
struct Busy {
    ~Busy()
    {
        try {
            Guard inner(log, 'i');
            throw 1;
        } catch (int) {
            log += 'c';
            log += static_cast<char>('0' + std::uncaught_exceptions());
        }
    }
    std::string &log;
};

struct Whole {
    explicit Whole(std::string &log)
    try : first(log, 'a'), second(log, 'b') {
        throw std::logic_error("no third");
    } catch (std::logic_error &) {
        log += '!';
    } /* and on: a constructor cannot but fail */
    Guard first, second;
};

struct Third : Counted {
    static int countdown;
    Third()
    {
        if (--countdown == 0)
            throw countdown;
    }
};

int Third::countdown;

void unwinding()
{
    std::string log;
    try {
        Guard a(log, 'a');
        Busy busy{log};
        Guard b(log, 'b');
        throw 'x';
    } catch (char) {
        log += 'x';
    }
    claim(log.c_str(), log == "b1i2c1a1x");

    log.clear();
    try {
        Whole whole(log);
    } catch (const std::exception &error) {
        log += error.what();
    }
    claim(log.c_str(), log == "b1a1!no third");

    long before = Counted::alive;
    Third::countdown = 4;
    try {
        std::unique_ptr<Third[]> many(new Third[6]);
    } catch (int n) {
        claim("an array's first three were destroyed",
              n == 0 && Counted::alive == before);
    }

    log.clear();
    for (int i = 0; i < 3; i++) {
        Guard each(log, static_cast<char>('a' + i));
        try {
            if (i == 1)
                continue;
            throw i;
        } catch (int n) {
            if (n == 2)
                break;
            log += '.';
        }
        log += ',';
    }
    claim(log.c_str(), log == ".,a0b0c0");
}

int again(int depth)
{
    Counted counted;
    try {
        if (depth == 0)
            throw std::string("bottom");
        return again(depth - 1);
    } catch (std::string &text) {
        if (depth % 100 == 0)
            text += '.';
        throw; /* the same object, changed */
    }
}

void rethrowing()
{
    try {
        again(1000);
    } catch (const std::string &text) {
        claim(text.c_str(), text == "bottom...........");
    }

    std::exception_ptr kept;
    try {
        throw DivisionByZero(4);
    } catch (...) {
        kept = std::current_exception();
    }
    int seen = 0;
    for (int i = 0; i < 3; i++) {
        try {
            std::rethrow_exception(kept);
        } catch (const DivisionByZero &error) {
            seen += error.dividend == 4;
            try {
                std::rethrow_exception(
                    std::current_exception()); /* both are on their way */
            } catch (const EvaluationError &same) {
                seen += same.what() == error.what();
            }
        }
    }
    claim("an exception_ptr throws it as often as it is asked", seen == 6);
    kept = nullptr;

    try {
        try {
            throw 1;
        } catch (int) {
            throw 2; /* in its place */
        }
    } catch (int n) {
        claim("a handler may throw another",
              n == 2 && std::uncaught_exceptions() == 0);
    }
    claim("nothing is being handled", std::current_exception() == nullptr);
}

void library()
{
    auto fails = [](auto action, auto what) {
        try {
            action();
        } catch (const decltype(what) &) {
            return true;
        }
        return false;
    };
    std::vector<int> three(3);
    claim("vector::at", fails([&] { three.at(3) = 1; }, std::out_of_range("")));
    claim("optional::value", fails([] { std::optional<int>().value(); },
                                   std::bad_optional_access()));
    claim("get of a variant",
          fails([] { std::get<1>(std::variant<int, char>(1)); },
                std::bad_variant_access()));
    claim("an empty function",
          fails([] { std::function<void()>()(); }, std::bad_function_call()));
    claim("dynamic_cast", [] {
        try {
            throw SyntaxError("", 3);
        } catch (const Error &error) {
            return dynamic_cast<const Located &>(error).place() == "column 3";
        }
    }());
    std::vector<Counted> counted(5);
    claim("a vector's elements, when one cannot be copied", [] {
        long before = Counted::alive;
        Third::countdown = 3;
        try {
            std::vector<Third> some(4);
        } catch (int) {
            return Counted::alive == before;
        }
        return false;
    }());
}

} // namespace

int main(int argc, char **argv)
try {
    if (argc != 2)
        throw std::invalid_argument("usage: calc FILE");
    calculate(argv[1]);
    types();
    unwinding();
    rethrowing();
    library();
    std::printf("%ld objects made, %ld left\n", Counted::made, Counted::alive);
    return Counted::alive != 0;
} catch (const std::exception &error) {
    std::printf("calc: %s\n", error.what());
    return 2;
}
